import { list, struct, u16, u8 } from '../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from './declare.ts';

// Control service (libqmi, data/qmi-service-ctl.json).

const clientField = struct({ service: u8, client: u8 });

export const ctlSetInstanceId = qmiCommand({
  service: 'ctl',
  id: 0x0020,
  name: 'Set Instance ID',
  request: { id: mandatory(0x01, u8) },
  response: { link: optional(0x01, u16) },
});

export const ctlGetVersionInfo = qmiCommand({
  service: 'ctl',
  id: 0x0021,
  name: 'Get Version Info',
  request: {},
  response: { services: optional(0x01, list(u8, struct({ service: u8, major: u16, minor: u16 }))) },
});

export const ctlAllocateClient = qmiCommand({
  service: 'ctl',
  id: 0x0022,
  name: 'Allocate CID',
  request: { service: mandatory(0x01, u8) },
  response: { client: optional(0x01, clientField) },
});

export const ctlReleaseClient = qmiCommand({
  service: 'ctl',
  id: 0x0023,
  name: 'Release CID',
  request: { client: mandatory(0x01, clientField) },
  response: { client: optional(0x01, clientField) },
});

/** The modem takes a client id back (GobiNet, QMI.h: QMICTL_REVOKE_CLIENT_ID_IND). */
export const ctlClientRevoked = qmiIndication({
  service: 'ctl',
  id: 0x0024,
  name: 'Revoke Client ID',
  tlvs: { client: mandatory(0x01, clientField) },
});

export const ctlSetDataFormat = qmiCommand({
  service: 'ctl',
  id: 0x0026,
  name: 'Set Data Format',
  /** `protocol` as WDA has it: 1 is 802.3, 2 is raw IP. */
  request: { qosHeader: mandatory(0x01, u8), protocol: optional(0x10, u16) },
  response: { protocol: optional(0x10, u16) },
});

export const ctlSync = qmiCommand({
  service: 'ctl',
  id: 0x0027,
  name: 'Sync',
  request: {},
  response: {},
});

/** The modem has started anew: every client id from before is void. */
export const ctlSynced = qmiIndication({ service: 'ctl', id: 0x0027, name: 'Sync', tlvs: {} });
