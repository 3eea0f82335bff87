import { HarnessError } from '../core/errors.ts';
import { familyOf } from '../drivers/modem/families/index.ts';
import type { EmulatedModem } from '../sim/modem/modem.ts';
import type { ModemProfile } from '../sim/modem/profile.ts';
import type { SimCard } from '../sim/modem/sim-card.ts';
import type { UsbFunction } from '../sim/modem/usb.ts';

export const modemModes = ['qmi', 'mbim', 'ecm', 'ppp'] as const;

/** Which network function the modem shows on USB; `ppp`: its serial ports are what counts. */
export type ModemMode = (typeof modemModes)[number];

type Role = UsbFunction['role'];

const networkRoles: Readonly<Record<Exclude<ModemMode, 'ppp'>, Role>> = {
  qmi: 'qmi',
  mbim: 'mbim-control',
  ecm: 'ecm-control',
};

/**
 * The profile with another factory composition: the one that has the mode's function.
 * @throws HarnessError `modem.no-such-mode`
 */
export function inMode(profile: ModemProfile, mode: ModemMode): ModemProfile {
  const { composition } = profile.usb;
  const factory = composition.kind === 'bits' ? bitsFor(profile, mode) : numberFor(profile, mode);
  if (factory === undefined) throw noSuchMode(profile, mode);
  return { ...profile, usb: { ...profile.usb, composition: { ...composition, factory } } };
}

export function modesOf(profile: ModemProfile): readonly ModemMode[] {
  const { composition } = profile.usb;
  const factory = composition.kind === 'bits' ? bitsFor : numberFor;
  return modemModes.filter((mode) => factory(profile, mode) !== undefined);
}

/** Why a mode that people ask for is none of ours; undefined: nobody has heard of it. */
export function refusedMode({ id, title }: ModemProfile, mode: string): string | undefined {
  if (mode.toLowerCase() !== 'rndis') return undefined;
  return `${title} is not served in RNDIS: ${familyOf(id).family.rndisRefusal}`;
}

/** The factory's bits, with one network function in place of another. */
function bitsFor({ usb }: ModemProfile, mode: ModemMode): number | undefined {
  const hasRole = (bit: number, roles: readonly Role[]): boolean =>
    (usb.functions[bit] ?? []).some(({ role }) => roles.includes(role));
  const bits = Object.keys(usb.functions).map(Number);
  const network = bits.filter((bit) => hasRole(bit, Object.values(networkRoles)));
  const bare = network.reduce((mask, bit) => mask & ~bit, usb.composition.factory);
  if (mode === 'ppp') return bare;
  const wanted = network.find((bit) => hasRole(bit, [networkRoles[mode]]));
  return wanted === undefined ? undefined : bare | wanted;
}

function numberFor({ usb }: ModemProfile, mode: ModemMode): number | undefined {
  // Every composition has the serial ports, so that the factory's own serves PPP.
  if (mode === 'ppp') return usb.composition.factory;
  const found = Object.entries(usb.functions).find(([, functions]) =>
    functions.some(({ role }) => role === networkRoles[mode]),
  );
  return found && Number(found[0]);
}

function noSuchMode(profile: ModemProfile, mode: ModemMode): HarnessError {
  return new HarnessError(`${profile.title} has no ${mode.toUpperCase()} mode`, {
    code: 'modem.no-such-mode',
    blame: 'test',
    effect: 'none',
    hint: `it has ${modesOf(profile).join(', ')}`,
  });
}

/** `ready`, `none`, `pin:1234`, `puk`: a card that is ready, none, one that asks for its PIN, one that is blocked. */
export type SimChoice =
  { readonly kind: 'ready' | 'none' | 'puk' } | { readonly kind: 'pin'; readonly pin: string };

/** @throws HarnessError `modem.bad-sim` */
export function parseSim(text: string): SimChoice {
  if (text === 'ready' || text === 'none' || text === 'puk') return { kind: text };
  const pin = /^pin:(\d{4,8})$/.exec(text)?.[1];
  if (pin !== undefined) return { kind: 'pin', pin };
  // The text is not shown: it may be a PIN with a slip in it.
  throw new HarnessError('that is no way to have a SIM card', {
    code: 'modem.bad-sim',
    blame: 'test',
    effect: 'none',
    hint: 'it can be ready, none, pin:1234 (4 to 8 digits) or puk',
  });
}

/** PIN of the card that is blocked: nobody needs it any more. */
const FORGOTTEN_PIN = '1234';

/** What differs from the profile's card. */
export function cardFor(sim: SimChoice): Partial<SimCard> | 'none' {
  switch (sim.kind) {
    case 'none':
      return 'none';
    case 'pin':
      return { pin: sim.pin };
    case 'puk':
      return { pin: FORGOTTEN_PIN };
    case 'ready':
      return {};
  }
}

/** Three wrong PINs block a card (TS 31.101 9.5.1). */
const WRONG_PINS_TO_BLOCK = ['0000', '0001', '0002'] as const;

/** Somebody guessed the PIN wrongly, too often. */
export function blockCard(modem: EmulatedModem): void {
  for (const pin of WRONG_PINS_TO_BLOCK) modem.input({ kind: 'enterPin', pin });
}
