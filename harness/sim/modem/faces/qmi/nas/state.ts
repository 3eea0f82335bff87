import type { registrationState } from '../../../../../protocols/qmi/nas/serving-system.ts';
import type { Cell } from '../../../../network/network.ts';
import { servingCell } from '../../../serving-cell.ts';
import type { Runtime } from '../../../runtime.ts';
import { isAttached, type ModemState } from '../../../state.ts';

type RegistrationState = keyof typeof registrationState;

/** Both domains in one word: one of them is enough. */
export function registrationOf({ registration }: ModemState): RegistrationState {
  const { circuit, packet, phase } = registration;
  if (isServed(circuit) || isServed(packet)) return 'registered';
  if (circuit === 'denied' && packet === 'denied') return 'denied';
  // Registered, but kept from both domains by the user: nothing is searched for.
  if (phase === 'registered') return 'registered';
  if (circuit === 'searching' || packet === 'searching') return 'searching';
  return 'not-registered';
}

function isServed(domain: ModemState['registration']['packet']): boolean {
  return domain === 'home' || domain === 'roaming';
}

export function isRoaming({ registration }: ModemState): boolean {
  return registration.packet === 'roaming' || registration.circuit === 'roaming';
}

/** Which domains serve the modem. */
export function domainOf(state: ModemState): 'none' | 'cs' | 'ps' | 'cs-ps' {
  const circuit = isServed(state.registration.circuit);
  if (isAttached(state)) return circuit ? 'cs-ps' : 'ps';
  return circuit ? 'cs' : 'none';
}

/** The cell that serves the modem: registered, not only camped on. */
export function registeredCell(runtime: Runtime): Cell | undefined {
  return registrationOf(runtime.state) === 'registered' ? servingCell(runtime) : undefined;
}

/** MCC and MNC as QMI counts them, and whether the MNC has three digits. */
export function plmnNumbers({ mcc, mnc }: Pick<Cell, 'mcc' | 'mnc'>): {
  mcc: number;
  mnc: number;
  threeDigits: boolean;
} {
  return { mcc: Number(mcc), mnc: Number(mnc), threeDigits: mnc.length === 3 };
}

/** MCC and MNC as text; without word of its digits an MNC has as many as the network that is there. */
export function plmnText(
  { mcc, mnc }: { readonly mcc: number; readonly mnc: number },
  threeDigits: boolean | undefined,
  cell: Cell | undefined,
): string {
  const sameAsCell = cell && Number(cell.mcc) === mcc && Number(cell.mnc) === mnc;
  const digits = threeDigits === undefined && sameAsCell ? cell.mnc.length : threeDigits || mnc > 99 ? 3 : 2;
  return String(mcc).padStart(3, '0') + String(mnc).padStart(digits, '0');
}

export function splitPlmn(plmn: string): { mcc: number; mnc: number; threeDigits: boolean } {
  return plmnNumbers({ mcc: plmn.slice(0, 3), mnc: plmn.slice(3) });
}

/** Channel numbers above it have TLVs of their own. */
export function channel16(earfcn: number): number {
  return Math.min(earfcn, 0xffff);
}
