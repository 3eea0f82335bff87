/** Numbers of the QMI services that the modem has (libqmi, qmi-enums.h). */
export const qmiService = {
  ctl: 0x00,
  wds: 0x01,
  dms: 0x02,
  nas: 0x03,
  wms: 0x05,
  uim: 0x0b,
  wda: 0x1a,
} as const;

export type QmiServiceName = keyof typeof qmiService;

const names: ReadonlyMap<number, QmiServiceName> = new Map(
  Object.entries(qmiService).map(([name, number]) => [number, name as QmiServiceName]),
);

/** Undefined: a service that this codec does not know. */
export function qmiServiceName(number: number): QmiServiceName | undefined {
  return names.get(number);
}
