/** A line of pppd's for the facility daemon. */
export type PppLog = (level: 'err' | 'warn' | 'notice' | 'info', text: string) => void;
