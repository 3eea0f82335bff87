/**
 * What a rig can do, derived from what is wired in its rig file; a suite lists those that it needs. A suite can't tell
 * a simulated rig from a real one except through these.
 */
export const capabilities = [
  'modem.at',
  'modem.ppp',
  'modem.qmi',
  'modem.mbim',
  'modem.ecm',
  'router.firewall',
  'router.flash',
  'console',
  'power',
  'faults',
  'clock.virtual',
] as const;

export type Capability = (typeof capabilities)[number];
