import type { Cell } from '../network/network.ts';
import type { SimCard } from './sim-card.ts';

/** MCCs whose networks have MNCs of three digits (ITU E.212 list: the countries of the North American numbering plan). */
const THREE_DIGITS =
  /^(?:302|31[0-6]|330|334|338|342|344|346|348|350|352|354|356|358|360|365|366|370|374|376)/;

/** MCC and MNC of the card's own network, out of its IMSI (TS 23.003 2.2). */
export function homeNetwork(card: SimCard, cell?: Cell): { readonly mcc: string; readonly mnc: string } {
  const { imsi } = card;
  if (cell && imsi.startsWith(cell.mcc + cell.mnc)) return { mcc: cell.mcc, mnc: cell.mnc };
  return { mcc: imsi.slice(0, 3), mnc: imsi.slice(3, THREE_DIGITS.test(imsi) ? 6 : 5) };
}
