import {
  connect,
  ipAvailable,
  ipConfiguration,
  ipPacketFilters,
  provisionedContexts,
} from '../../../../protocols/mbim/basic-connect/session.ts';
import { packetStatistics } from '../../../../protocols/mbim/basic-connect/device.ts';
import type { ValueOf } from '../../../../protocols/binary/field.ts';
import { mbimContextType } from '../../../../protocols/mbim/services.ts';
import type { Credentials, PdpType, Session } from '../../../network/network.ts';
import type { PdpContext } from '../../state.ts';
import { handle, type MbimAnswer, type MbimCall, type MbimHandler } from './handler.ts';
import { serviceObstacle } from './obstacle.ts';
import { MAX_SESSIONS, type MbimSession } from './sessions.ts';
import type { Traffic } from './traffic.ts';

type Connection = ValueOf<typeof connect.response>;
type Order = ValueOf<NonNullable<typeof connect.set>>;
type IpType = Connection['ipType'];
type Configuration = ValueOf<typeof ipConfiguration.response>;

/** TS 23.003 9.1. */
const MAX_APN = 100;

const pdpTypes: Readonly<Record<IpType, PdpType>> = {
  default: 'IPV4V6',
  ipv4: 'IP',
  ipv6: 'IPV6',
  ipv4v6: 'IPV4V6',
  // Two contexts for one session: the modem sets one of both families up instead.
  ipv4AndIpv6: 'IPV4V6',
};

/** What CONNECT says about a session, asked or unasked. */
export function connection(id: number, session: MbimSession | undefined): Connection {
  return {
    sessionId: id,
    activationState: session?.state ?? 'deactivated',
    voiceCallState: 'none',
    ipType: session?.state === 'activated' ? grantedType(session.session) : 'default',
    contextType: session?.contextType ?? mbimContextType.internet,
    nwError: 0,
  };
}

function grantedType({ ipv4, ipv6 }: Session): IpType {
  if (ipv4 && ipv6) return 'ipv4v6';
  return ipv6 ? 'ipv6' : 'ipv4';
}

const connecting = handle(connect)({
  query: ({ sessions }, { sessionId }) => {
    if (sessionId >= MAX_SESSIONS) return { status: 'InvalidParameters' };
    return { values: connection(sessionId, sessions.of(sessionId)) };
  },
  set: (call, order) => (order.command === 'activate' ? activate(call, order) : deactivate(call, order)),
});

function activate(call: MbimCall, order: Order): MbimAnswer<Connection> | Promise<MbimAnswer<Connection>> {
  const { sessions, runtime } = call;
  const { sessionId: id, contextType, ipType, accessString } = order;
  if (id >= MAX_SESSIONS) return { status: 'InvalidParameters' };
  const obstacle = serviceObstacle(runtime.state);
  if (obstacle) return { status: obstacle };
  const present = sessions.of(id);
  if (present?.state === 'activating') return { status: 'Busy' };
  if (present) return { values: connection(id, present) };
  if (sessions.isTaken(id)) return { status: 'Busy' };
  const apn = withoutEnd(accessString);
  if (apn.length > MAX_APN || /[^\x21-\x7e]/.test(apn)) return { status: 'InvalidAccessString' };
  const credentials = credentialsOf(order);
  const wish = { apn, type: pdpTypes[ipType], credentials, contextType };
  return sessions.activate(id, wish).then((answer) => {
    const session = sessions.of(id);
    if (!('refused' in answer)) {
      return {
        values: connection(id, session),
        afterwards: () => session && call.tellConfiguration(session),
      };
    }
    const values = { ...connection(id, undefined), ipType, contextType, nwError: answer.refused };
    return { status: 'Failure', values };
  });
}

function deactivate({ sessions }: MbimCall, { sessionId: id }: Order): MbimAnswer<Connection> {
  if (id >= MAX_SESSIONS) return { status: 'InvalidParameters' };
  const status = sessions.of(id) ? undefined : 'ContextNotActivated';
  sessions.deactivate(id);
  const values = connection(id, undefined);
  return status ? { status, values } : { values };
}

// Some hosts count an end mark in.
function withoutEnd(text: string): string {
  return text.endsWith('\0') ? text.slice(0, -1) : text;
}

function credentialsOf({ userName, password, authProtocol }: Order): Credentials | undefined {
  const user = withoutEnd(userName);
  if (authProtocol === 'none' && user === '') return undefined;
  const method = authProtocol === 'pap' || authProtocol === 'chap' ? authProtocol : 'either';
  return { method, user, password: withoutEnd(password) };
}

const nowhere = {
  ipv4Available: 0,
  ipv6Available: 0,
  ipv4Addresses: [],
  ipv6Addresses: [],
  ipv4Gateway: undefined,
  ipv6Gateway: undefined,
  ipv4Dns: [],
  ipv6Dns: [],
  ipv4Mtu: 0,
  ipv6Mtu: 0,
} as const;

/** What IP_CONFIGURATION says of a session, asked or unasked. */
export function configuration(sessionId: number, { ipv4, ipv6, mtu }: Session): Configuration {
  const { address, gateway, dns, mtu: mtuBit } = ipAvailable;
  const all = address | gateway | dns | mtuBit;
  return {
    sessionId,
    ...nowhere,
    ...(ipv4 && {
      ipv4Available: ipv4.dns.length > 0 ? all : all & ~dns,
      ipv4Addresses: [{ prefixLength: ipv4.prefixLength, address: ipv4.address }],
      ipv4Gateway: ipv4.gateway,
      ipv4Dns: ipv4.dns,
      ipv4Mtu: mtu,
    }),
    ...(ipv6 && {
      ipv6Available: ipv6.dns.length > 0 ? all : all & ~dns,
      ipv6Addresses: [{ prefixLength: ipv6.prefixLength, address: ipv6.address }],
      ipv6Gateway: ipv6.gateway,
      ipv6Dns: ipv6.dns,
      ipv6Mtu: mtu,
    }),
  };
}

const addresses = handle(ipConfiguration)({
  query: ({ sessions }, { sessionId }) => {
    if (sessionId >= MAX_SESSIONS) return { status: 'InvalidParameters' };
    const session = sessions.of(sessionId);
    if (session?.state !== 'activated') return { status: 'ContextNotActivated' };
    return { values: configuration(sessionId, session.session) };
  },
});

const provisioned = handle(provisionedContexts)({
  query: ({ runtime }) => ({
    values: { contexts: runtime.state.contexts.filter(({ cid }) => cid <= MAX_PROFILE).map(provisionedOf) },
  }),
  set: ({ runtime }, { contextId, accessString, userName, password, authProtocol }) => {
    if (contextId < 1 || contextId > MAX_PROFILE) return { status: 'InvalidParameters' };
    const known = runtime.state.contexts.find(({ cid }) => cid === contextId);
    const credentials =
      authProtocol === 'pap' || authProtocol === 'chap'
        ? { method: authProtocol, user: userName, password }
        : undefined;
    const context = {
      cid: contextId,
      type: known?.type ?? 'IPV4V6',
      apn: withoutEnd(accessString),
      credentials,
    };
    runtime.input({ kind: 'defineContext', context });
    return {
      values: { contexts: runtime.state.contexts.filter(({ cid }) => cid <= MAX_PROFILE).map(provisionedOf) },
    };
  },
});

/** Contexts of users; what lies above is the modem's own. */
const MAX_PROFILE = 24;

function provisionedOf({ cid, apn, credentials }: PdpContext): Provisioned {
  const method = credentials?.method;
  return {
    contextId: cid,
    contextType: mbimContextType.internet,
    accessString: apn,
    userName: credentials?.user ?? '',
    // Never told.
    password: '',
    compression: 'none',
    authProtocol: method === 'pap' || method === 'chap' ? method : 'none',
  };
}

type Provisioned = ValueOf<typeof provisionedContexts.response>['contexts'][number];

const filtering = handle(ipPacketFilters)({
  query: ({ settings }, { sessionId }) => {
    if (sessionId >= MAX_SESSIONS) return { status: 'InvalidParameters' };
    return { values: { sessionId, filters: settings.filters.get(sessionId) ?? [] } };
  },
  set: ({ settings }, { sessionId, filters }) => {
    if (sessionId >= MAX_SESSIONS) return { status: 'InvalidParameters' };
    settings.filters.set(
      sessionId,
      filters.map(({ filter, mask }) => ({ filter: filter.slice(), mask: mask.slice() })),
    );
    return { values: { sessionId, filters } };
  },
});

/** @param traffic of all sessions since the modem showed up on USB */
export function connectionHandlers(traffic: Traffic): readonly MbimHandler[] {
  const statistics = handle(packetStatistics)({
    query: () => ({
      values: {
        inDiscards: traffic.inDiscards,
        inErrors: 0,
        inOctets: BigInt(traffic.inOctets),
        inPackets: BigInt(traffic.inPackets),
        outOctets: BigInt(traffic.outOctets),
        outPackets: BigInt(traffic.outPackets),
        outErrors: traffic.outErrors,
        outDiscards: traffic.outDiscards,
      },
    }),
  });
  return [connecting, provisioned, addresses, statistics, filtering];
}
