import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { CarrierConfigs } from '../../stored.ts';
import { cmeError, hex, integerIn, ok } from './answer.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** AT+QMBNCFG: carriers' settings, the same that QMI PDC has. */
export const quectelCarriers: Family = { '+QMBNCFG': { set: configure, test: help } };

function help(): AtAnswer {
  return ok(
    '+QMBNCFG: "List"',
    '+QMBNCFG: "Select"[,<MBN name>]',
    '+QMBNCFG: "Deactivate"',
    '+QMBNCFG: "AutoSel"[,(0,1)]',
  );
}

function configure(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const [what, value] = values;
  if (values.length > 2) return cmeError(cme.incorrectParameters);
  switch (what?.text.toLowerCase()) {
    case 'list':
      return list(at);
    case 'select':
      return select(at, value?.text);
    case 'deactivate':
      return change(at, { active: undefined });
    case 'autosel':
      return automatic(at, value);
    default:
      return cmeError(cme.incorrectParameters);
  }
}

function configs({ runtime }: AtCall): CarrierConfigs {
  return runtime.state.stored.carrierConfigs.software;
}

function change(at: AtCall, part: Partial<CarrierConfigs>): AtAnswer {
  const carrierConfigs = { ...at.runtime.state.stored.carrierConfigs, software: { ...configs(at), ...part } };
  at.runtime.input({ kind: 'store', change: { carrierConfigs } });
  return ok();
}

/** Index, chosen, in force, name, version and the day of its release. */
function list(at: AtCall): AtAnswer {
  const { stored, active, pending } = configs(at);
  return ok(
    ...stored.map(({ id, description, version, released }, index) => {
      const chosen = id === (pending ?? active) ? 1 : 0;
      const flags = `${chosen},${id === active ? 1 : 0}`;
      return `+QMBNCFG: "List",${index},${flags},"${description}",0x${hex(version, 8)},${released}`;
    }),
  );
}

/** By name, for the next start; without one, which it is. */
function select(at: AtCall, name: string | undefined): AtAnswer {
  const { stored, active, pending } = configs(at);
  if (name === undefined) {
    const chosen = stored.find(({ id }) => id === (pending ?? active));
    return chosen ? ok(`+QMBNCFG: "Select","${chosen.description}"`) : cmeError(cme.notFound);
  }
  const found = stored.find(({ description }) => description === name);
  return found ? change(at, { pending: found.id, active: active ?? found.id }) : cmeError(cme.notFound);
}

function automatic({ runtime }: AtCall, value: AtValue | undefined): AtAnswer {
  if (!value) return ok(`+QMBNCFG: "AutoSel",${runtime.state.stored.carrierByCard ? 1 : 0}`);
  const on = integerIn(value, 0, 1);
  if (on === undefined) return cmeError(cme.incorrectParameters);
  runtime.input({ kind: 'store', change: { carrierByCard: on === 1 } });
  return ok();
}
