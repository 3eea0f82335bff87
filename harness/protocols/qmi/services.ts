/** Numbers of the QMI services that the modem has (libqmi, qmi-enums.h). */
export const qmiService = {
  ctl: 0x00,
  wds: 0x01,
  dms: 0x02,
  nas: 0x03,
  qos: 0x04,
  wms: 0x05,
  voice: 0x09,
  uim: 0x0b,
  pbm: 0x0c,
  loc: 0x10,
  sar: 0x11,
  wda: 0x1a,
  pdc: 0x24,
  dsd: 0x2a,
} as const;

export type QmiServiceName = keyof typeof qmiService;

const names: ReadonlyMap<number, QmiServiceName> = new Map(
  Object.entries(qmiService).map(([name, number]) => [number, name as QmiServiceName]),
);

/** Undefined: a service that this codec does not know. */
export function qmiServiceName(number: number): QmiServiceName | undefined {
  return names.get(number);
}
