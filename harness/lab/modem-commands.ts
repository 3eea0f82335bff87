import { HarnessError, isHarnessError, messageOf } from '../core/errors.ts';
import { momentEvents, type FaultKind } from '../sim/faults.ts';
import { whyIdle } from '../sim/idle-fault.ts';
import { faultKinds, momentForm, parseFault } from '../sim/parse-fault.ts';
import { nearest } from './nearest.ts';
import type { ServedModem } from './modem-serve.ts';

/** The answer to one line of the control channel. */
export type ControlAnswer =
  | { readonly ok: true; readonly text: string; readonly data?: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly text: string; readonly hint?: string };

interface Command {
  readonly usage: string;
  readonly about: string;
  readonly run: (served: ServedModem, words: readonly string[]) => ControlAnswer;
}

const commands: Readonly<Record<string, Command>> = {
  status: { usage: '', about: 'what the modem is doing', run: status },
  power: {
    usage: 'on|off',
    about: "the modem's supply",
    run: ({ modem }, [word]) => {
      if (word !== 'on' && word !== 'off') throw unreadable('power is on or off', 'power on|off');
      modem.power(word === 'on');
      return { ok: true, text: `power ${word}` };
    },
  },
  clear: {
    usage: 'FAULT',
    about: 'ends a fault that holds, and forgets one that is planned',
    run: ({ injector }, [kind]) => {
      if (kind === undefined) throw unreadable('clear needs a fault', 'for example: clear cell.lost');
      if (!isKind(kind)) throw unknownWord('fault', kind, Object.keys(faultKinds));
      if (injector.clear(kind) === 0) throw nothing(`no ${kind} holds, and none is planned`, 'status');
      return { ok: true, text: `clear ${kind}` };
    },
  },
  help: { usage: '', about: 'this list', run: help },
};

/** Carries out one line: a command, or a fault as data. Whatever is wrong with it becomes the answer. */
export function runCommand(served: ServedModem, line: string): ControlAnswer {
  const [name = '', ...words] = line.trim().split(/\s+/);
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command) return command.run(served, words);
    if (!isKind(name))
      throw unknownWord('command', name, [...Object.keys(commands), ...Object.keys(faultKinds)]);
    const fault = parseFault(line);
    if (!served.injector.inject(fault))
      throw nothing(`${name} did nothing: ${whyIdle(served.modem, name)}`, 'status');
    return { ok: true, text: line.trim().replace(/\s+/g, ' '), data: { fault } };
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    return { ok: false, text: messageOf(error), ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}

function isKind(name: string): name is FaultKind {
  return Object.hasOwn(faultKinds, name);
}

function status({ modem }: ServedModem): ControlAnswer {
  const { power, sim, radio, registration, bearers } = modem.state;
  const usb = modem.usb ? `${modem.usb.vendorId}:${modem.usb.productId}` : 'absent';
  const active = bearers.filter(({ phase }) => phase === 'active').map(({ cid }) => cid);
  const data = {
    model: modem.profile.id,
    power: power.phase,
    usb,
    sim: sim.state,
    functionality: radio.functionality,
    registration: registration.packet,
    bearers: active,
  };
  const text = Object.entries(data)
    .map(([key, value]) => `${key}=${Array.isArray(value) ? value.join(',') || 'none' : String(value)}`)
    .join(' ');
  return { ok: true, text, data };
}

function help(): ControlAnswer {
  const all = Object.entries<{ readonly usage: string; readonly about: string } | undefined>({
    ...commands,
    ...faultKinds,
  });
  const forms = all.map(([name, form]) => ({
    form: `${name} ${form?.usage ?? ''}`.trim(),
    about: form?.about ?? '',
  }));
  const list = [...forms, { form: momentForm.usage, about: momentForm.about }];
  const lines = list.map(({ form, about }) => `  ${form.padEnd(FORM_WIDTH)} ${about}`);
  const words = `a TIME is 500ms, 5s, 2min or 1h, an EVENT ${momentEvents.join(', ')}`;
  const text = `${words}\n${lines.join('\n')}`;
  return { ok: true, text, data: { commands: list } };
}

/** Of the longest form but the last. */
const FORM_WIDTH = 30;

function unknownWord(what: string, word: string, known: readonly string[]): HarnessError {
  const near = nearest(word, known);
  return unreadable(
    `there is no ${what} "${word.slice(0, 80)}"`,
    near === undefined ? 'help lists them' : `did you mean ${near}?`,
  );
}

function unreadable(message: string, hint: string): HarnessError {
  return new HarnessError(message, { code: 'control.unreadable', blame: 'test', effect: 'none', hint });
}

function nothing(message: string, command: string): HarnessError {
  const hint = `${command} shows what the modem is doing`;
  return new HarnessError(message, { code: 'fault.idle', blame: 'test', effect: 'none', hint });
}
