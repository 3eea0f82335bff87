import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { ModemState } from '../../state.ts';
import { cmeError, integerIn, ok } from './answer.ts';
import type { AtAnswer, AtCall, CommandSpec } from './wire.ts';

/** A setting of Quectel's that one command has under its own name, as `AT+QCFG="usbnet"`. */
export interface Item {
  readonly read: (at: AtCall) => string;
  readonly set: (at: AtCall, values: readonly AtValue[]) => AtAnswer;
  readonly help: string;
}

/** `="usbnet"` asks, `="usbnet",2` sets. */
export function itemCommand(command: string, items: Readonly<Record<string, Item>>): CommandSpec {
  return {
    set: (at, values) => {
      const name = values[0]?.text.toLowerCase() ?? '';
      const item = Object.hasOwn(items, name) ? items[name] : undefined;
      if (!item) return cmeError(cme.incorrectParameters);
      if (values.length === 1) return ok(`${command}: "${name}",${item.read(at)}`);
      return item.set(at, values.slice(1));
    },
    test: () => ok(...Object.entries(items).map(([name, { help }]) => `${command}: "${name}",${help}`)),
  };
}

/** What is kept as it is given, for the firmware or for nobody: the emulated air does not know all of it. */
export function kept(name: string, factory: number, highest: number): Item {
  return {
    read: ({ runtime }) => String(keptValue(runtime.state, name, factory)),
    set: ({ runtime }, values) => {
      const value = integerIn(values[0], 0, highest);
      if (value === undefined || values.length > 2) return cmeError(cme.incorrectParameters);
      const { quectelSettings } = runtime.state.stored;
      runtime.input({ kind: 'store', change: { quectelSettings: { ...quectelSettings, [name]: value } } });
      return ok();
    },
    help: `(0-${highest})`,
  };
}

export function keptValue({ stored }: ModemState, name: string, factory: number): number {
  return stored.quectelSettings[name] ?? factory;
}
