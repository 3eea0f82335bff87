/** A script of /etc/init.d and what procd runs for it. */
export interface Service {
  readonly name: string;
  /** Is it started at boot? */
  readonly enabled: boolean;
  /** Left out where procd keeps no process for it: then there is nothing to run. */
  readonly running?: boolean;
}

export type ServiceAction = 'start' | 'stop' | 'restart' | 'reload' | 'enable' | 'disable';
