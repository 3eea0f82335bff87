import type { Cell } from './network.ts';

/** An operator as the simulated network plays it. */
export interface Operator {
  readonly cell: Cell;
  /** Access point names that exist in its network, subscribed or not. */
  readonly apns: readonly string[];
  readonly dns: readonly [string, string];
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
};
