import type { Ctx } from '../../core/ctx.ts';
import { parseCommandLine } from '../../protocols/at/parse-command-line.ts';
import type { Modem, ModemIdentity } from '../../rig/modem.ts';
import type { Router } from '../../rig/router.ts';
import type { UndoJournal } from '../../rig/undo.ts';
import type { Channel } from '../../transport/channel.ts';
import { atInterfaceOf, createAtPort, type AtPort } from './at-port.ts';
import { allowBands, restoreBands } from './bands.ts';
import { locksOut, modeRefused, noMode, unexpectedReply } from './errors.ts';
import type { Ask, ModemFamily, ModemModel } from './families/family.ts';
import { familyOf } from './families/index.ts';
import { askNumbers } from './numbers.ts';
import { askReadings } from './readings.ts';
import { askRegistration } from './registration.ts';
import { createSerialAtPort } from './serial-at-port.ts';
import { askSimState } from './sim-state.ts';

/** How long a modem may take to answer a question; those that search the network need more. */
const DEFAULT_LIMIT = 5_000;

export interface AtModemOptions {
  /** Opens the modem's AT port where it is one of this machine; left out: it is asked through the router's shell. */
  readonly open?: (ctx: Ctx) => Promise<Channel>;
  /** Where it is noted whom it paused on the router. */
  readonly journal?: UndoJournal;
}

/** What AT alone can do. */
export type AtModem = Omit<Modem, 'detour' | 'unlockFcc' | 'radioOverControl'>;

/**
 * A modem behind an OpenWrt router, asked over its AT port.
 * @param modelName `mc7455`, `ec25-a`, as in the rig file
 * @throws HarnessError from its methods: `modem.not-found` (S1), `modem.no-port` (S2), `modem.no-answer` (S3),
 * `modem.port-busy`; `rig.no-comgt` where the router lacks the program. A refused command is a reply, not an error.
 */
export function createAtModem(router: Router, modelName: string, options: AtModemOptions = {}): AtModem {
  const { family, model } = familyOf(modelName);
  const port = portOf(router, family, model, options);
  const asker =
    (ctx: Ctx): Ask =>
    (command) =>
      port.at(ctx, command, DEFAULT_LIMIT);

  return {
    model: model.name,
    usbIds: { application: model.application, bootLoader: model.bootLoader },
    atInterface: atInterfaceOf(family, model),
    pppInterface: model.atInterface ?? family.pppInterface,
    serialPorts: model.serialPorts,
    modes: model.modes,
    release: (ctx) => port.release(ctx),
    async at(ctx, command, limit = DEFAULT_LIMIT, force = false) {
      if (!force) await mayBeSent(ctx, router, family, model, command);
      return port.at(ctx, command, limit);
    },

    identity: (ctx) => askIdentity(asker(ctx), family),

    numbers: (ctx) => askNumbers(asker(ctx), family.iccidCommand),

    async simState(ctx) {
      const ask = asker(ctx);
      const state = await askSimState(ask);
      return state === 'failed' ? ((await family.cardPresence(ask)) ?? state) : state;
    },

    async radio(ctx) {
      const ask = asker(ctx);
      const reply = await ask('AT+CFUN?');
      const line = reply.lines.find((text) => text.startsWith('+CFUN:'));
      if (line === undefined) throw unexpectedReply('AT+CFUN?', [...reply.lines, reply.final]);
      const held = await family.lowPower(ask);
      if (held) return { on: false, ...held };
      return { on: /^\+CFUN: ?1\b/.test(line), reason: line };
    },

    registration: (ctx) => askRegistration(asker(ctx)),
    readings: (ctx) => askReadings(asker(ctx), family.questions),

    composition: (ctx) => family.composition(asker(ctx)),
    canCompose: (ctx) => port.mustBeThere(ctx),
    async compose(ctx, mode) {
      if (!(mode in model.modes)) throw noMode(model, mode);
      const ask = asker(ctx);
      const refusal = await family.compose(ask, model, mode);
      if (refusal) throw modeRefused(model, mode, refusal.final);
      const chosen = await family.composition(ask);
      if (chosen !== mode) throw modeRefused(model, mode, `it reads back as ${chosen ?? 'none of ours'}`);
    },

    bands: (ctx) => family.bands.read(asker(ctx), model),

    allowBands: (ctx, bands) => allowBands(asker(ctx), family.bands, model, bands),
    restoreBands: (ctx, setting) => restoreBands(asker(ctx), family.bands, model, setting),

    async restart(ctx) {
      const reply = await asker(ctx)(family.restartCommand);
      if (!reply.ok) throw unexpectedReply(family.restartCommand, [...reply.lines, reply.final]);
    },
  };
}

async function askIdentity(ask: Ask, family: ModemFamily): Promise<ModemIdentity> {
  const { lines } = await ask('ATI');
  const identity = family.identity(lines);
  if (!identity) throw unexpectedReply('ATI', lines);
  return identity;
}

const portOf = (
  router: Router,
  family: ModemFamily,
  model: ModemModel,
  { open, journal }: AtModemOptions,
): AtPort => (open ? createSerialAtPort(open) : createAtPort(router, family, model, journal));

/** The router is asked for its kernel only where that matters. */
async function mayBeSent(
  ctx: Ctx,
  router: Router,
  family: ModemFamily,
  model: ModemModel,
  command: string,
): Promise<void> {
  const reason = (kernel: string): string | undefined =>
    parseCommandLine(command)
      ?.flatMap((one) => (one.kind === 'extended' && one.operation === 'set' ? [one] : []))
      .map((one) => family.locksOut(one, kernel))
      .find((one) => one !== undefined);
  if (reason('') === undefined) return;
  const { kernel } = await router.board(ctx);
  throw locksOut(model, command, reason(kernel) ?? '', kernel);
}
