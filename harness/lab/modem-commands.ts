import { HarnessError, isHarnessError, messageOf } from '../core/errors.ts';
import type { FaultKind } from '../sim/faults.ts';
import { faultKinds, momentAbout, momentUsage, parseFault, wordsAbout } from '../sim/parse-fault.ts';
import { nearest } from './nearest.ts';
import type { ServedModem } from './modem-serve.ts';

/** The answer to one line of the control channel; `lines`: what a person reads below it. */
export type ControlAnswer =
  | {
      readonly ok: true;
      readonly text: string;
      readonly lines?: readonly string[];
      readonly data?: Readonly<Record<string, unknown>>;
    }
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
      if ((modem.state.power.phase !== 'off') === (word === 'on'))
        throw noEffect(`the supply is ${word}`, 'status shows what the modem is doing');
      modem.power(word === 'on');
      return { ok: true, text: `power ${word}` };
    },
  },
  clear: {
    usage: 'FAULT',
    about: 'ends a fault that holds, and forgets one that is planned',
    run: ({ injector }, [kind]) => {
      const held = [...new Set(injector.inForce.map((fault) => fault.kind))].join(', ');
      const hint = `in force: ${held || 'none'}`;
      if (kind === undefined) throw unreadable('clear needs a FAULT', hint);
      if (!isKind(kind)) throw unknownWord('fault', kind, Object.keys(faultKinds));
      if (!injector.clear(kind)) throw noEffect(`no ${kind} holds, and none is planned`, hint);
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
    const missed = served.injector.inject(fault);
    if (missed) throw noEffect(missed.found, `to wait for something to bite: ${name} … ${momentUsage}`);
    return { ok: true, text: line.trim().replace(/\s+/g, ' '), data: { fault } };
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    return { ok: false, text: messageOf(error), ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}

function isKind(name: string): name is FaultKind {
  return Object.hasOwn(faultKinds, name);
}

function status({ modem, injector }: ServedModem): ControlAnswer {
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
    faults: injector.inForce.map(({ kind }) => kind),
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
  const width = Math.max(...forms.map(({ form }) => form.length));
  const lines = [
    ...forms.map(({ form, about }) => `${form.padEnd(width)}  ${about}`),
    `Behind any fault: ${momentUsage}`,
    momentAbout,
    ...wordsAbout,
  ];
  return { ok: true, text: 'help', lines, data: { commands: forms } };
}

function unknownWord(what: string, word: string, known: readonly string[]): HarnessError {
  const near = nearest(word, known);
  return unreadable(
    `there is no ${what} "${word.slice(0, 80)}"`,
    near === undefined ? 'help lists them' : `did you mean ${near}?`,
  );
}

function noEffect(found: string, hint: string): HarnessError {
  return new HarnessError(`nothing was done: ${found}`, {
    code: 'control.no-effect',
    blame: 'test',
    effect: 'none',
    hint,
  });
}

function unreadable(message: string, hint: string): HarnessError {
  return new HarnessError(message, { code: 'control.unreadable', blame: 'test', effect: 'none', hint });
}
