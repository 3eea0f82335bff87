import type { Ms } from '../../core/units.ts';
import type { Cell, Credentials } from './network.ts';

/** An operator as the simulated network plays it. */
export interface Operator {
  readonly cell: Cell;
  /** Access point names that exist in its network, subscribed or not. */
  readonly apns: readonly string[];
  readonly dns: readonly [string, string];
  /** T-Mobile US's by default. */
  readonly dns6?: readonly [string, string];
  /** By name: where an access point differs from the usual one. */
  readonly accessPoints?: Readonly<Record<string, Partial<AccessPoint>>>;
}

/** How an operator has set up one access point. */
export interface AccessPoint {
  readonly families: 'ipv4' | 'ipv6' | 'both';
  /** Bytes. */
  readonly mtu: number;
  /** Who has to ask; undefined: anybody, with any name and password or none. */
  readonly credentials?: Pick<Credentials, 'user' | 'password'> & {
    /** Left out: either will do. */
    readonly method?: 'pap' | 'chap' | undefined;
  };
  /** After so long a silence the NAT forgets a TCP connection (RFC 5382: not before 124 minutes). */
  readonly tcpIdleMs: Ms;
}

/** T-Mobile US, a band 4 cell of medium strength: the seed thread's operator. */
export const tMobileUs: Operator = {
  cell: {
    mcc: '310',
    mnc: '260',
    operator: 'T-Mobile',
    band: 4,
    earfcn: 2300,
    pci: 218,
    tac: 0x2b3c,
    cellId: 0x01a2d003,
    rsrpDbm: -94,
    rsrqDb: -10,
    rssiDbm: -65,
    sinrDb: 12.4,
  },
  apns: ['epc.tmobile.com', 'fast.t-mobile.com', 'b2b.static'],
  dns: ['8.8.8.8', '8.8.4.4'],
  dns6: ['2001:4860:4860::8888', '2001:4860:4860::8844'],
};
