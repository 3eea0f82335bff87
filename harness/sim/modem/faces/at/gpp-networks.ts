import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { CardState, PreferredNetwork } from '../../sim-card.ts';
import { cmeError, constant, integerIn, ok, withSim } from './answer.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** TS 27.007 7.19 to 7.21: the networks that the card prefers, and names of networks. */
export const gppNetworks: Family = {
  '+CPOL': { read: preferred, set: setPreferred, test: preferredHelp },
  '+CPLS': { read: constant('+CPLS: 0'), set: chooseList, test: constant('+CPLS: (0)') },
  '+COPN': { exec: names, test: constant() },
};

/** Places of EF_PLMNwAcT (TS 31.102 4.2.5) of the emulated cards. */
const PLACES = 12;
const NUMERIC = 2;
/** In the order in which +CPOL has them: GSM, GSM compact, UTRAN, E-UTRAN. */
const technologyBits = [0x0080, 0x0040, 0x8000, 0x4000] as const;

/** What firmware lists first; its table of the world's networks is not emulated besides: it knows the one that is there. */
const testNetworks: readonly (readonly [plmn: string, name: string])[] = [
  ['00101', 'Test PLMN 1-1'],
  ['00102', 'Test PLMN 1-2'],
  ['00201', 'Test PLMN 2-1'],
];

function knownNetworks({ runtime }: AtCall): readonly (readonly [plmn: string, name: string])[] {
  const { cell } = runtime.network;
  return cell ? [...testNetworks, [cell.mcc + cell.mnc, cell.operator]] : testNetworks;
}

function names(at: AtCall): AtAnswer {
  return ok(...knownNetworks(at).map(([plmn, name]) => `+COPN: "${plmn}","${name}"`));
}

function withCard(at: AtCall, answer: (card: CardState) => AtAnswer): AtAnswer {
  return withSim(at, () => {
    const { card } = at.runtime.state.sim;
    return card ? answer(card) : cmeError(cme.simNotInserted);
  });
}

/** Names as the port has chosen them (`+CPOL=,format`), where the firmware knows one. */
function preferred(at: AtCall): AtAnswer {
  const format = at.wire.others.get('+CPOL') ?? NUMERIC;
  const known = new Map(format === NUMERIC ? [] : knownNetworks(at));
  return withCard(at, ({ preferredNetworks }) =>
    ok(
      ...preferredNetworks.map(({ plmn, technologies }, at) => {
        const name = known.get(plmn);
        const flags = technologyBits.map((bit) => ((technologies & bit) === 0 ? 0 : 1));
        return `+CPOL: ${at + 1},${name === undefined ? NUMERIC : format},"${name ?? plmn}",${flags.join(',')}`;
      }),
    ),
  );
}

function preferredHelp(at: AtCall): AtAnswer {
  return withCard(at, () => ok(`+CPOL: (1-${PLACES}),(0-2)`));
}

function chooseList(_at: AtCall, values: readonly AtValue[]): AtAnswer {
  return integerIn(values[0], 0, 0) === undefined ? cmeError(cme.incorrectParameters) : ok();
}

/** `=index` drops, `=,format` chooses how names are told, `=index,2,"26201",GSM,compact,UTRAN,E-UTRAN` writes. */
function setPreferred(at: AtCall, values: readonly AtValue[]): AtAnswer {
  if (values[0]?.text === '') return chooseFormat(at, values);
  const place = integerIn(values[0], 1, PLACES);
  if (place === undefined) return cmeError(cme.incorrectParameters);
  return withCard(at, ({ preferredNetworks }) => {
    const before = preferredNetworks.slice(0, place - 1);
    const after = preferredNetworks.slice(place);
    if (values.length === 1) return store(at, [...before, ...after]);
    const network = networkOf(at, values.slice(1));
    return network ? store(at, [...before, network, ...after]) : cmeError(cme.incorrectParameters);
  });
}

function chooseFormat({ wire }: AtCall, values: readonly AtValue[]): AtAnswer {
  const format = integerIn(values[1], 0, NUMERIC);
  if (format === undefined || values.length > 2) return cmeError(cme.incorrectParameters);
  wire.others.set('+CPOL', format);
  return ok();
}

function networkOf(at: AtCall, [format, name, ...flags]: readonly AtValue[]): PreferredNetwork | undefined {
  const kind = integerIn(format, 0, NUMERIC);
  const text = name?.text ?? '';
  const plmn = kind === NUMERIC ? text : knownNetworks(at).find(([, known]) => known === text)?.[0];
  if (kind === undefined || plmn === undefined || !/^\d{5,6}$/.test(plmn) || flags.length > 4)
    return undefined;
  if (flags.some((flag) => integerIn(flag, 0, 1) === undefined)) return undefined;
  const bits = technologyBits.filter((_bit, place) => flags[place]?.text === '1');
  return { plmn, technologies: bits.reduce((all, bit) => all | bit, 0) };
}

function store({ runtime }: AtCall, networks: readonly PreferredNetwork[]): AtAnswer {
  if (networks.length > PLACES) return cmeError(cme.memoryFull);
  runtime.input({ kind: 'preferNetworks', networks });
  return ok();
}
