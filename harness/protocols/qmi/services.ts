/** Numbers of the QMI services that the modem has (libqmi, qmi-enums.h). */
export const qmiService = {
  ctl: 0x00,
  wds: 0x01,
  dms: 0x02,
  nas: 0x03,
  qos: 0x04,
  wms: 0x05,
  auth: 0x07,
  at: 0x08,
  voice: 0x09,
  cat: 0x0a,
  uim: 0x0b,
  pbm: 0x0c,
  test: 0x0f,
  loc: 0x10,
  sar: 0x11,
  ts: 0x17,
  tmd: 0x18,
  wda: 0x1a,
  pdc: 0x24,
  rfrpe: 0x29,
  dsd: 0x2a,
  ssctl: 0x2b,
} as const;

export type QmiServiceName = keyof typeof qmiService;

const names: ReadonlyMap<number, QmiServiceName> = new Map(
  Object.entries(qmiService).map(([name, number]) => [number, name as QmiServiceName]),
);

/** Undefined: a service that this codec does not know. */
export function qmiServiceName(number: number): QmiServiceName | undefined {
  return names.get(number);
}
