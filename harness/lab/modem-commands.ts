import { HarnessError, isHarnessError, messageOf } from '../core/errors.ts';
import type { FaultKind } from '../sim/faults.ts';
import { faultKinds, parseFault } from '../sim/parse-fault.ts';
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
    about: 'ends a fault that holds',
    run: ({ injector }, [kind = '']) => {
      if (!isKind(kind)) throw unreadable(`there is no fault "${kind}"`, 'help lists them');
      injector.clear(kind);
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
    if (!isKind(name)) throw unknownCommand(name);
    const fault = parseFault(line);
    served.injector.inject(fault);
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
  const text = forms.map(({ form, about }) => `${form}: ${about}`).join('; ');
  return { ok: true, text: `${text}; a TIME is 500ms, 5s, 2min or 1h`, data: { commands: forms } };
}

function unknownCommand(name: string): HarnessError {
  const known = [...Object.keys(commands), ...Object.keys(faultKinds)];
  const near = nearest(name, known);
  return unreadable(
    `there is no command "${name.slice(0, 80)}"`,
    near === undefined ? 'help lists them' : `did you mean ${near}?`,
  );
}

function unreadable(message: string, hint: string): HarnessError {
  return new HarnessError(message, { code: 'control.unreadable', blame: 'test', effect: 'none', hint });
}
