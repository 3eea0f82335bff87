import { createWriter } from '../../../../../protocols/binary/writer.ts';
import * as nas from '../../../../../protocols/qmi/nas/names.ts';
import { homeNetwork } from '../../../home-network.ts';
import { handle, type QmiHandler } from '../handler.ts';
import { registeredCell } from './state.ts';

/** A name that the network itself has sent (NITZ, TS 24.301 8.2.13), and where the name of a card comes from. */
const SOURCE_NITZ = 3;

export const nameHandlers: readonly QmiHandler[] = [
  handle(nas.getOperatorName, ({ runtime }) => {
    const { card, state } = runtime.state.sim;
    const provider = state === 'ready' ? card?.serviceProvider : undefined;
    const cell = registeredCell(runtime);
    if (provider === undefined && !cell) return { error: 'InformationUnavailable' };
    return {
      values: {
        serviceProvider: provider === undefined ? undefined : { display: 1, name: provider },
        nitz: cell && fullName(cell.operator),
      },
    };
  }),
  handle(nas.getPlmnName, ({ runtime }, { plmn }) => {
    // The firmware's table of the world's networks is not emulated: it knows the one that is there.
    const { cell } = runtime.network;
    if (!cell || Number(cell.mcc) !== plmn.mcc || Number(cell.mnc) !== plmn.mnc) {
      return { error: 'InformationUnavailable' };
    }
    const { card, state } = runtime.state.sim;
    const home = state === 'ready' && card ? homeNetwork(card, cell) : undefined;
    const atHome = home?.mcc === cell.mcc && home.mnc === cell.mnc;
    const provider = (atHome ? card?.serviceProvider : undefined) ?? '';
    const name = ucs2(cell.operator);
    return {
      values: {
        names: {
          // An empty name in Unicode is more than qmicli can take.
          providerEncoding: provider === '' ? ('ascii7' as const) : ('unicode' as const),
          provider: ucs2(provider),
          shortEncoding: 'unicode' as const,
          shortCountryInitials: 0,
          shortSpareBits: 0,
          shortName: name,
          longEncoding: 'unicode' as const,
          longCountryInitials: 0,
          longSpareBits: 0,
          longName: name,
        },
        display: { provider: provider === '' ? 0 : 1, plmn: 1 },
        homeNetwork: atHome ? 1 : 0,
        nameSource: SOURCE_NITZ,
      },
    };
  }),
];

function fullName(operator: string) {
  const name = ucs2(operator);
  return {
    encoding: 'ucs2',
    countryInitials: 0,
    longSpareBits: 0,
    shortSpareBits: 0,
    longName: name,
    shortName: name,
  } as const;
}

/** Little endian. */
function ucs2(text: string): Uint8Array {
  const to = createWriter();
  for (let at = 0; at < text.length; at++) to.u16(text.charCodeAt(at));
  return to.finish();
}
