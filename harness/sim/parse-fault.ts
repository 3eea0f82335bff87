import { HarnessError } from '../core/errors.ts';
import { parseDuration } from '../core/duration.ts';
import type { Ms } from '../core/units.ts';
import { modemEvents, type Fault, type FaultKind, type FaultMoment } from './faults.ts';

/**
 * A fault as a person types it: `bearer.drop 36`, `usb.disconnect 5s`, `registration.deny 15 2min`; and at its moment,
 * in the words of `when` in a rig file: `bearer.drop 36 after 5s of bearer.up jitter 2s`.
 */
interface FaultForm {
  /** What follows the kind, as shown to people; brackets: may be left out. */
  readonly usage: string;
  readonly about: string;
  readonly build: (words: Words) => Fault;
}

/** What can be done to a modem that runs, with a line about each. */
export const faultKinds: Readonly<Partial<Record<FaultKind, FaultForm>>> = {
  'sim.remove': form('', 'the card is pulled out', () => ({ kind: 'sim.remove' })),
  'sim.insert': form('', 'the card is put back', () => ({ kind: 'sim.insert' })),
  'sim.not-seated': form('', 'the card is put in the wrong way round', () => ({ kind: 'sim.not-seated' })),
  'cell.lost': form('[TIME]', 'no cell is to be found', (words) => ({
    kind: 'cell.lost',
    ...words.forTime(),
  })),
  'registration.deny': form('CAUSE [TIME]', 'the network refuses the modem with an EMM cause', (words) => ({
    kind: 'registration.deny',
    emmCause: words.integer('an EMM cause (TS 24.301 9.9.3.9)', 1, 255),
    ...words.forTime(),
  })),
  'bearer.drop': form('[CAUSE]', 'the network ends every data session (36 by default)', (words) => ({
    kind: 'bearer.drop',
    ...words.optional('cause', () => words.integer('an SM cause (TS 24.008 10.5.6.6)', 1, 255)),
  })),
  latency: form('TIME [TIME]', 'so much is added to each round trip, for so long', (words) => ({
    kind: 'latency',
    ms: words.time('what is added to each round trip'),
    ...words.forTime(),
  })),
  loss: form('SHARE [TIME]', 'packets are lost: 0.05 or 5%', (words) => ({
    kind: 'loss',
    probability: words.share(),
    ...words.forTime(),
  })),
  'usb.disconnect': form('TIME', 'the modem is gone from USB while its firmware goes on', (words) => ({
    kind: 'usb.disconnect',
    forMs: words.time('how long it is gone'),
  })),
  brownout: form('[TIME]', 'the supply is weak: the modem resets each time that it transmits', (words) => ({
    kind: 'brownout',
    ...words.forTime(),
  })),
  crash: form(
    '[boot-loader]',
    'the firmware dies; the modem comes back, or stays in its boot loader',
    (words) => ({
      kind: 'crash',
      ...words.optional('into', () => words.choice('boot-loader', ['boot-loader'])),
    }),
  ),
  stall: form('[TIME]', 'the firmware hangs: USB takes everything, nothing answers', (words) => ({
    kind: 'stall',
    ...words.forTime(),
  })),
  'at.silent': form('[TIME]', 'AT ports take commands and say nothing', (words) => ({
    kind: 'at.silent',
    ...words.forTime(),
  })),
  'qmi.silent': form('[TIME]', 'the QMI control channel says nothing', (words) => ({
    kind: 'qmi.silent',
    ...words.forTime(),
  })),
  'mbim.silent': form('[TIME]', 'the MBIM control channel says nothing', (words) => ({
    kind: 'mbim.silent',
    ...words.forTime(),
  })),
  'echo.lost': form('[TIME]', 'LCP echoes are not answered', (words) => ({
    kind: 'echo.lost',
    ...words.forTime(),
  })),
};

/** What may follow any of them, and what the words mean. */
export const momentUsage = '[after TIME [of EVENT] [jitter TIME]]';
export const momentAbout =
  'when it comes: so long after now, or after the next EVENT, and at most so much later by the seed';
export const wordsAbout = [
  'a TIME is 500ms, 5s, 2min or 1h',
  `an EVENT is ${modemEvents.join(', ')}`,
] as const;

/**
 * Reads a fault as a person types it.
 * @throws HarnessError `fault.unreadable`, whose hint is the right form
 */
export function parseFault(text: string): Fault {
  const [kind = '', ...rest] = text.trim().split(/\s+/);
  const found = Object.hasOwn(faultKinds, kind) ? faultKinds[kind as FaultKind] : undefined;
  if (!found)
    throw unreadable(`there is no fault "${kind}"`, `there are ${Object.keys(faultKinds).join(', ')}`);
  const hint = `${`${kind} ${found.usage}`.trim()} ${momentUsage}: ${found.about}; ${wordsAbout.join('; ')}`;
  const words = new Words(rest, hint);
  const fault = found.build(words);
  const when = words.moment();
  words.end();
  return when ? { ...fault, when } : fault;
}

/** What stands behind the kind, taken one after the other. */
class Words {
  readonly #hint: string;
  #rest: readonly string[];

  constructor(rest: readonly string[], hint: string) {
    this.#rest = rest;
    this.#hint = hint;
  }

  time(meaning: string): Ms {
    const word = this.#take(meaning);
    return parseDuration(word) ?? this.#refuse(word, 'a time');
  }

  /** How long a condition holds; until it is taken back, if nothing is said. */
  forTime(): { readonly forMs?: Ms } {
    return this.optional('forMs', () => this.time('how long it lasts'));
  }

  integer(meaning: string, low: number, high: number): number {
    const word = this.#take(meaning);
    const n = Number(word);
    return /^\d{1,9}$/.test(word) && n >= low && n <= high
      ? n
      : this.#refuse(word, `${meaning} from ${low} to ${high}`);
  }

  share(): number {
    const word = this.#take('a share of the packets');
    const [, amount = '', percent = ''] = /^(\d{1,3}(?:\.\d{1,6})?)(%?)$/.exec(word) ?? [];
    const share = Number(amount) / (percent === '' ? 1 : 100);
    return amount !== '' && share <= 1 ? share : this.#refuse(word, 'a share from 0 to 1, or 0% to 100%');
  }

  choice<const T extends string>(meaning: string, known: readonly T[]): T {
    const word = this.#take(meaning);
    return known.find((one) => one === word) ?? this.#refuse(word, meaning);
  }

  optional<K extends string, V>(key: K, read: () => V): { readonly [P in K]?: V } {
    const none = this.#rest.length === 0 || this.#rest[0] === 'after';
    return none ? {} : ({ [key]: read() } as { readonly [P in K]?: V });
  }

  /** When it comes, if it does not come at once. */
  moment(): FaultMoment | undefined {
    if (!this.#accept('after')) return undefined;
    const afterMs = this.time('how long after');
    const event = this.#accept('of') ? this.choice('an EVENT', modemEvents) : undefined;
    const jitterMs = this.#accept('jitter') ? this.time('at most how much later') : undefined;
    return { afterMs, ...(event && { event }), ...(jitterMs !== undefined && { jitterMs }) };
  }

  end(): void {
    const [word] = this.#rest;
    if (word !== undefined) this.#refuse(word, 'nothing more');
  }

  #accept(word: string): boolean {
    const there = this.#rest[0] === word;
    if (there) this.#rest = this.#rest.slice(1);
    return there;
  }

  #take(meaning: string): string {
    const [word, ...rest] = this.#rest;
    if (word === undefined) throw unreadable(`${meaning} is missing`, this.#hint);
    this.#rest = rest;
    return word;
  }

  #refuse(word: string, wanted: string): never {
    throw unreadable(`found "${word.slice(0, 80)}" where ${wanted} belongs`, this.#hint);
  }
}

function form(usage: string, about: string, build: FaultForm['build']): FaultForm {
  return { usage, about, build };
}

function unreadable(message: string, hint: string): HarnessError {
  return new HarnessError(message, { code: 'fault.unreadable', blame: 'test', effect: 'none', hint });
}
