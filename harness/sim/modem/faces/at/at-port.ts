import type { Rng } from '../../../../core/chance.ts';
import type { Clock } from '../../../../core/clock.ts';
import type { Timeline } from '../../../../core/timeline.ts';
import { createLineAssembler } from '../../../../protocols/at/line-assembler.ts';
import type { AtCommand } from '../../../../protocols/at/command.ts';
import { parseCommandLine } from '../../../../protocols/at/parse-command-line.ts';
import {
  formatLines,
  formatResult,
  resultText,
  type ResultCode,
} from '../../../../protocols/at/result-code.ts';
import { faultOf, type Fault } from '../../../faults.ts';
import { createCardChannels } from '../../card-channels.ts';
import type { ModemProfile } from '../../profile.ts';
import type { Runtime } from '../../runtime.ts';
import type { SatelliteReceiver } from '../../satellites.ts';
import type { SerialPort } from '../../serial-port.ts';
import type { Indication } from '../../turn.ts';
import { createDataCall } from './data-call.ts';
import { tableFor } from './table.ts';
import { isTextMode } from './text-mode.ts';
import { createTextEntry, type TextEntry } from './text-entry.ts';
import { unsolicitedResults } from './unsolicited.ts';
import { factoryWire, type Answer, type AtAnswer, type AtCall } from './wire.ts';

export interface AtPortOptions {
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly profile: ModemProfile;
  readonly runtime: Runtime;
  readonly satellites: SatelliteReceiver;
  readonly interfaceNumber: number;
  readonly port: SerialPort;
  readonly callRng: () => Rng;
  readonly faults: readonly Fault[];
}

/** The AT face on one port: bytes to meanings and back, and nothing of its own but wire settings. */
export interface AtPort {
  receive(bytes: Uint8Array): void;
  setDtr(on: boolean): void;
  indicate(what: Indication): void;
  /** The device goes away: no word gets out any more. */
  close(): void;
}

const CR = 13;
/** TS 27.005 3.5.1; again behind each line of a text, as Qualcomm's firmware does. */
const PROMPT = '\r\n> ';

export function createAtPort(options: AtPortOptions): AtPort {
  return new Port(options);
}

interface Entering {
  readonly entry: TextEntry;
  readonly done: (text: string | undefined) => void;
}

class Port implements AtPort {
  readonly #options: AtPortOptions;
  readonly #at: AtCall;
  readonly #call: ReturnType<typeof createDataCall>;
  readonly #execute: (command: AtCommand) => Answer;
  readonly #assembler = createLineAssembler((bytes) => this.#options.port.send(bytes));
  /** What came while a command was at work. */
  readonly #backlog: Uint8Array[] = [];
  /** Of the command line at work, for the record. */
  #said: string[] = [];
  #busy = false;
  /** A command waits for a text from the host. */
  #entry: Entering | undefined;
  /** The host dropped DTR while a command was at work. */
  #abandoned = false;
  #closed = false;

  constructor(options: AtPortOptions) {
    const { profile, runtime, satellites, clock, interfaceNumber } = options;
    this.#options = options;
    this.#call = createDataCall({
      ...options,
      onEnded: () => this.#carrierLost(),
      onEscaped: () => this.#result({ kind: 'ok' }),
    });
    this.#at = {
      profile,
      runtime,
      wire: factoryWire(interfaceNumber, profile),
      call: this.#call,
      card: createCardChannels(runtime),
      satellites,
      now: () => clock.now(),
      wall: () => clock.wall(),
    };
    const table = tableFor(profile);
    this.#execute = (command) => table.execute(this.#at, command);
  }

  receive(bytes: Uint8Array): void {
    if (this.#closed) return;
    if (this.#call.phase === 'data' && !this.#busy) this.#call.receive(bytes);
    else if (this.#isSilent(bytes)) return;
    else {
      this.#backlog.push(bytes);
      if (!this.#busy) this.#drain();
    }
  }

  /** Fault `at.silent`, once for each line that gets no reply. */
  #isSilent(bytes: Uint8Array): boolean {
    const { faults, timeline, interfaceNumber } = this.#options;
    if (!faultOf(faults, 'at.silent')) return false;
    if (bytes.includes(CR)) timeline.add('fault', 'at.silent', { port: interfaceNumber });
    return true;
  }

  setDtr(on: boolean): void {
    if (on) return;
    this.#assembler.reset();
    this.#entry = undefined;
    this.#abandoned = this.#busy;
    if (this.#call.phase === 'none') return;
    // AT&D2: the drop ends the call (V.250 6.2.9).
    this.#call.hangUp();
    this.#carrierLost();
  }

  indicate(what: Indication): void {
    if (what.kind === 'bearerDown') this.#call.contextEnded(what.cid);
    if (this.#call.phase === 'data') return;
    for (const lines of unsolicitedResults(this.#at, what)) {
      this.#options.timeline.add('modem', 'at.tx', {
        port: this.#options.interfaceNumber,
        unsolicited: lines.join('\n'),
      });
      this.#write(formatLines(lines, this.#replySettings()));
    }
  }

  close(): void {
    this.#closed = true;
    this.#call.hangUp();
  }

  #drain(): void {
    for (let chunk = this.#backlog.shift(); chunk; chunk = this.#backlog.shift()) {
      const rest = this.#consume(chunk);
      if (rest && rest.length > 0) this.#backlog.unshift(rest);
      if (this.#busy) return;
    }
  }

  /** @returns what is left of it */
  #consume(chunk: Uint8Array): Uint8Array | undefined {
    if (this.#entry) return this.#toEntry(chunk, this.#entry);
    if (this.#call.phase !== 'data') return this.#toAssembler(chunk);
    this.#call.receive(chunk);
    return undefined;
  }

  #toEntry(chunk: Uint8Array, { entry, done }: Entering): Uint8Array | undefined {
    const entered = entry.push(chunk);
    if (!entered) return undefined;
    this.#entry = undefined;
    this.#busy = true;
    done(entered.text);
    return chunk.subarray(entered.taken);
  }

  /** @returns what is left behind the line */
  #toAssembler(chunk: Uint8Array): Uint8Array {
    const { taken, line } = this.#assembler.push(chunk, this.#at.wire);
    if (line !== undefined) this.#run(line);
    return chunk.subarray(taken);
  }

  #run(line: string): void {
    const commands = parseCommandLine(line);
    if (!commands) return;
    this.#options.timeline.add('modem', 'at.rx', { port: this.#options.interfaceNumber, line: line.trim() });
    this.#said = [];
    this.#busy = true;
    if (commands.length === 0) this.#finish({ lines: [], result: { kind: 'ok' } });
    else this.#runFrom(commands, 0);
  }

  /** One command after the other, until one fails (V.250 5.2.1). */
  #runFrom(commands: readonly AtCommand[], from: number): void {
    for (let i = from; i < commands.length; i++) {
      if (!this.#answer(this.#execute(commands[i] as AtCommand), commands, i)) return;
    }
  }

  /** @returns true when the next command's turn has come */
  #answer(answer: Answer, commands: readonly AtCommand[], index: number): boolean {
    if ('then' in answer) {
      void answer.then((late) => this.#late(late, commands, index));
      return false;
    }
    if (answer.prompt) {
      this.#ask(answer.prompt, commands, index);
      return false;
    }
    return !this.#take(answer, index === commands.length - 1);
  }

  #ask(prompt: NonNullable<AtAnswer['prompt']>, commands: readonly AtCommand[], index: number): void {
    const entry = createTextEntry({
      echo: (bytes) => {
        if (this.#at.wire.echo && !this.#closed) this.#options.port.send(bytes);
      },
      // A message in hexadecimal is one line.
      onLine: () => {
        if (isTextMode(this.#at) && !this.#closed) this.#write(PROMPT);
      },
    });
    const done = (text: string | undefined): void => {
      if (this.#answer(prompt(text), commands, index)) this.#runFrom(commands, index + 1);
    };
    this.#entry = { entry, done };
    this.#busy = false;
    this.#write(PROMPT);
  }

  #late(answer: AtAnswer, commands: readonly AtCommand[], index: number): void {
    if (this.#closed) return;
    if (this.#abandoned) {
      this.#abandoned = false;
      answer.undo?.();
      this.#finish({ lines: [], result: { kind: 'no-carrier' } });
    } else if (!this.#take(answer, index === commands.length - 1)) this.#runFrom(commands, index + 1);
    if (!this.#busy) this.#drain();
  }

  /** @returns true when the line is over with this answer */
  #take(answer: AtAnswer, last: boolean): boolean {
    if (last || answer.result.kind !== 'ok') {
      this.#finish(answer);
      return true;
    }
    this.#information(answer.lines);
    answer.after?.();
    return false;
  }

  #finish(answer: AtAnswer): void {
    this.#busy = false;
    this.#information(answer.lines);
    this.#result(answer.result);
    answer.after?.();
  }

  #information(lines: readonly string[]): void {
    this.#said.push(...lines);
    this.#write(formatLines(lines, this.#replySettings()));
  }

  #result(code: ResultCode): void {
    const settings = this.#replySettings();
    const final = resultText(code, settings);
    const { timeline, interfaceNumber } = this.#options;
    timeline.add('modem', 'at.tx', { port: interfaceNumber, lines: this.#said, final });
    this.#said = [];
    this.#write(formatResult(code, settings));
  }

  #carrierLost(): void {
    this.#result({ kind: 'no-carrier' });
    this.#options.port.dropCarrier();
  }

  #replySettings(): AtCall['wire'] {
    return this.#at.wire;
  }

  #write(text: string): void {
    if (text !== '' && !this.#closed) this.#options.port.send(Buffer.from(text, 'latin1'));
  }
}
