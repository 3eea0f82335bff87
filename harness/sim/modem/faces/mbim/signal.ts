import { SIGNAL_UNKNOWN } from '../../../../protocols/mbim/basic-connect/registration.ts';
import type { Cell } from '../../../network/network.ts';

/** RSSI as 0 to 31 (TS 27.007 8.5); LTE tells no error rate. */
export function signalStatus({ cell }: { readonly cell: Cell | undefined }): {
  readonly rssi: number;
  readonly errorRate: number;
} {
  const rssi = cell ? Math.min(31, Math.max(0, Math.round((cell.rssiDbm + 113) / 2))) : SIGNAL_UNKNOWN;
  return { rssi, errorRate: SIGNAL_UNKNOWN };
}
