import type { Modem, ModemIdentity, NetworkMode } from '../../../rig/modem.ts';
import type { Router } from '../../../rig/router.ts';
import { fccRefused, modeRefused, noMode, restartRefused } from '../errors.ts';
import type { KnownModem, ModemFamily, ModemModel } from '../families/family.ts';
import { modelNames } from '../families/index.ts';
import { createControlPort, type ControlPort } from './control-port.ts';
import type { AskTool, Questions } from './tool.ts';

/** What of a modem can be asked without AT. */
export type ControlModem = Pick<
  Modem,
  | 'identity'
  | 'numbers'
  | 'simState'
  | 'radio'
  | 'registration'
  | 'readings'
  | 'composition'
  | 'canCompose'
  | 'compose'
  | 'restart'
  | 'unlockFcc'
> & {
  /** `qmicli over /dev/cdc-wdm0`: by what it was asked last. */
  way(): string | undefined;
};

/** A modem asked over its control device, by whichever program the router has. */
export function createControlModem(router: Router, { family, model }: KnownModem): ControlModem {
  const port = createControlPort(router, model);
  return {
    way: () => port.way,

    identity: (ctx) =>
      port.perform(
        ctx,
        'who it is',
        // uqmi does not ask: there USB's word has to do.
        ({ identity, radio }, { usb }) =>
          identity ?? (radio && (() => Promise.resolve(identityOnUsb(usb.product ?? '')))),
      ),
    numbers: (ctx) => port.perform(ctx, 'for its numbers', (can) => can.numbers),
    simState: (ctx) => port.perform(ctx, 'for its card', (can) => can.simState),
    radio: (ctx) => port.perform(ctx, 'for its radio', (can) => can.radio),
    registration: (ctx) => port.perform(ctx, 'for its registration', (can) => can.registration),
    readings: (ctx) => port.perform(ctx, 'for its signal', (can) => can.readings),

    ...compositionOf(port, model, family),

    async restart(ctx) {
      const answer = await port.perform(ctx, 'to restart', (can) => can.restart);
      if (!answer.ok) throw restartRefused(model, answer.text);
    },

    async unlockFcc(ctx) {
      const answer = await port.perform(ctx, 'to take FCC authentication', (can) => can.unlockFcc);
      if (!answer.ok) throw fccRefused(model, answer.text);
    },
  };
}

const COMPOSING = 'to change its composition';

/** Where its QMI can't change it, it is what USB shows, until somebody changes that. */
function compositionOf(
  port: ControlPort,
  model: ModemModel,
  { composesOverQmi }: ModemFamily,
): Pick<ControlModem, 'composition' | 'canCompose' | 'compose'> {
  const composition: ControlModem['composition'] = (ctx) =>
    port.perform(ctx, 'for its composition', ({ composition: read, radio }, { driver }) => {
      if (!read && !radio) return undefined;
      const now: NetworkMode = driver === 'cdc_mbim' ? 'mbim' : 'qmi';
      return async (ask) => ((await read?.(ask)) ?? { mode: now }).mode;
    });
  const composing =
    (mode: NetworkMode) =>
    ({ compose }: Partial<Questions>) =>
      composesOverQmi && compose ? (ask: AskTool) => compose(ask, mode) : undefined;
  return {
    composition,
    canCompose: (ctx, mode) => port.mustKnow(ctx, COMPOSING, composing(mode)),
    async compose(ctx, mode) {
      if (!(mode in model.modes)) throw noMode(model, mode);
      const answer = await port.perform(ctx, COMPOSING, composing(mode));
      if (!answer.ok) throw modeRefused(model, mode, answer.text.trim());
      const chosen = await composition(ctx);
      if (chosen !== mode) throw modeRefused(model, mode, `it reads back as ${chosen ?? 'none of ours'}`);
    },
  };
}

/** Sierra's product string has the model in it, Quectel's need not. */
function identityOnUsb(product: string): ModemIdentity {
  const words = product.split(/[^\w-]+/);
  const model = modelNames().find((name) => words.includes(name));
  return model === undefined ? {} : { model };
}
