import { choice, list, rest, struct, u32 } from '../../binary/field.ts';
import { nothing } from '../declare.ts';
import { array, ipv4, ipv6, nested, perhaps, string, uuid } from '../fields.ts';
import { basicConnect } from './declare.ts';
import { packetFilter } from './packet-filter.ts';

export const ipType = choice({ default: 0, ipv4: 1, ipv6: 2, ipv4v6: 3, ipv4AndIpv6: 4 }, u32);
export const compression = choice({ none: 0, enable: 1 }, u32);
export const authProtocol = choice({ none: 0, pap: 1, chap: 2, msChapV2: 3 }, u32);
const activationState = choice(
  { unknown: 0, activated: 1, activating: 2, deactivated: 3, deactivating: 4 },
  u32,
);

const connection = struct({
  sessionId: u32,
  activationState,
  voiceCallState: choice({ none: 0, inProgress: 1, hangUp: 2 }, u32),
  ipType,
  contextType: uuid,
  /** TS 24.008 10.5.6.6, or 0. */
  nwError: u32,
});

export const connect = basicConnect({
  cid: 12,
  name: 'CONNECT',
  /** All of a connection is sent, but only its session counts. */
  query: struct({ sessionId: u32 }),
  set: struct({
    sessionId: u32,
    command: choice({ deactivate: 0, activate: 1 }, u32),
    accessString: string,
    userName: string,
    password: string,
    compression,
    authProtocol,
    ipType,
    contextType: uuid,
  }),
  response: connection,
  indicates: true,
});

const provisionedContext = {
  contextId: u32,
  contextType: uuid,
  accessString: string,
  userName: string,
  password: string,
  compression,
  authProtocol,
} as const;

export const provisionedContexts = basicConnect({
  cid: 13,
  name: 'PROVISIONED_CONTEXTS',
  query: nothing,
  set: struct({ ...provisionedContext, providerId: string }),
  response: struct({ contexts: list(u32, nested(struct(provisionedContext))) }),
  indicates: true,
});

export const serviceActivation = basicConnect({
  cid: 14,
  name: 'SERVICE_ACTIVATION',
  set: struct({ carrierData: rest }),
  response: struct({ nwError: u32, carrierData: rest }),
});

/** MBIM_IP_CONFIGURATION_AVAILABLE: bits. */
export const ipAvailable = { address: 1, gateway: 2, dns: 4, mtu: 8 } as const;

export const ipConfiguration = basicConnect({
  cid: 15,
  name: 'IP_CONFIGURATION',
  /** All of a configuration is sent, but only its session counts. */
  query: struct({ sessionId: u32 }),
  response: struct({
    sessionId: u32,
    ipv4Available: u32,
    ipv6Available: u32,
    ipv4Addresses: array(struct({ prefixLength: u32, address: ipv4 }), 8),
    ipv6Addresses: array(struct({ prefixLength: u32, address: ipv6 }), 20),
    ipv4Gateway: perhaps(ipv4, 4),
    ipv6Gateway: perhaps(ipv6, 16),
    ipv4Dns: array(ipv4, 4),
    ipv6Dns: array(ipv6, 16),
    ipv4Mtu: u32,
    ipv6Mtu: u32,
  }),
  indicates: true,
});

const filters = { sessionId: u32, filters: list(u32, nested(packetFilter)) } as const;

export const ipPacketFilters = basicConnect({
  cid: 23,
  name: 'IP_PACKET_FILTERS',
  query: struct({ sessionId: u32 }),
  set: struct(filters),
  response: struct(filters),
});
