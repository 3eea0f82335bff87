import type { Cancel, Clock } from '../../../core/clock.ts';

/** One instruction of a chat(8) script. */
export type ChatStep =
  | { readonly kind: 'abort'; readonly text: string }
  | { readonly kind: 'report'; readonly text: string }
  | { readonly kind: 'timeout'; readonly seconds: number }
  /** Waits for `expect` (empty: at once), then sends `send` and a carriage return. */
  | { readonly kind: 'exchange'; readonly expect: string; readonly send: string };

export type ChatScript = readonly ChatStep[];

export interface ChatOptions {
  readonly clock: Clock;
  readonly script: ChatScript;
  readonly write: (bytes: Uint8Array) => void;
  /** One line of `chat -v`, for the facility local2. */
  readonly log: (line: string, level: 'info' | 'err') => void;
  /** Exit status of chat(8): 0, 2 on a signal or a dead line, 3 on a timeout, 4 and up for the abort strings. */
  readonly onDone: (status: number) => void;
}

export interface Chat {
  start(): void;
  /** Reads what it needs and returns the rest, which is left for pppd. */
  receive(bytes: Uint8Array): Uint8Array;
  /** SIGTERM. */
  terminate(): void;
  /** The line is dead. */
  hangUp(): void;
}

/** chat(8) -v: sends, expects, and logs each character that it reads. */
export function createChat(options: ChatOptions): Chat {
  return new Dialogue(options);
}

class Dialogue implements Chat {
  readonly #options: ChatOptions;
  readonly #aborts: string[] = [];
  #at = 0;
  #timeoutSeconds = 45;
  /** The word that is waited for; the empty one has come. */
  #expected: string | undefined;
  #done = false;
  /** The line being read as the log will show it, and the characters read since the last send. */
  #line = '';
  #read = '';
  #cancelAlarm: Cancel = () => undefined;

  constructor(options: ChatOptions) {
    this.#options = options;
  }

  /** Goes on until it has to wait for something. */
  start(): void {
    const { script } = this.#options;
    for (let step = script[this.#at]; step; step = script[this.#at]) {
      if (step.kind !== 'exchange') this.#prepare(step);
      else if (step.expect === '' || this.#expected === '') this.#send(step.send);
      else return this.#expect(step.expect);
    }
    return this.#finish(0);
  }

  receive(bytes: Uint8Array): Uint8Array {
    let next = 0;
    // chat strips the eighth bit of all that it reads.
    while (next < bytes.length && !this.#done) this.#take((bytes[next++] as number) & 0x7f);
    return bytes.subarray(next);
  }

  terminate(): void {
    if (!this.#done) this.#options.log('SIGTERM', 'err');
    this.#finish(2);
  }

  hangUp(): void {
    if (this.#done) return;
    this.#log('Failed');
    this.#options.log("Can't restore terminal parameters: Input/output error", 'err');
    this.#finish(2);
  }

  #prepare(step: Exclude<ChatStep, { kind: 'exchange' }>): void {
    this.#at++;
    if (step.kind === 'timeout') {
      this.#timeoutSeconds = step.seconds;
      this.#log(`timeout set to ${step.seconds} seconds`);
    } else {
      this.#log(step.kind === 'abort' ? `abort on (${step.text})` : `report (${step.text})`);
      if (step.kind === 'abort') this.#aborts.push(step.text);
    }
  }

  #send(text: string): void {
    this.#log(`send (${printable(text)}^M)`);
    this.#expected = undefined;
    this.#read = '';
    this.#line = '';
    this.#at++;
    this.#options.write(Uint8Array.from(`${text}\r`, (character) => character.charCodeAt(0)));
  }

  #expect(text: string): void {
    this.#expected = text;
    this.#log(`expect (${text})`);
    this.#cancelAlarm = this.#options.clock.after(this.#timeoutSeconds * 1_000, () =>
      this.#fail(3, 'alarm', 'Failed'),
    );
  }

  #take(octet: number): void {
    const character = String.fromCharCode(octet);
    if (character === '\n') {
      this.#log(this.#line);
      this.#line = '';
    } else this.#line += printable(character);
    this.#read = (this.#read + character).slice(-LONGEST_WORD);
    if (this.#expected !== undefined && this.#read.endsWith(this.#expected)) return this.#got();
    const abort = this.#aborts.findIndex((text) => this.#read.endsWith(text));
    if (abort >= 0) this.#fail(4 + abort, this.#line, ' -- failed', `Failed (${this.#aborts[abort]})`);
    return undefined;
  }

  #got(): void {
    this.#cancelAlarm();
    this.#log(this.#line);
    this.#log(' -- got it');
    this.#expected = '';
    this.start();
  }

  #fail(status: number, ...lines: string[]): void {
    for (const line of lines) this.#log(line);
    this.#finish(status);
  }

  #finish(status: number): void {
    if (this.#done) return;
    this.#done = true;
    this.#cancelAlarm();
    this.#options.onDone(status);
  }

  #log(line: string): void {
    this.#options.log(line, 'info');
  }
}

/** Longer words are never looked for. */
const LONGEST_WORD = 64;

/** chat's notation of control characters: `^M`, `^?`. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(
    /[\x00-\x1f\x7f]/g,
    (character) => `^${String.fromCharCode(character.charCodeAt(0) ^ 0x40)}`,
  );
}
