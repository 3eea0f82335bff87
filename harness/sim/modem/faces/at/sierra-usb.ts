import type { AtValue } from '../../../../protocols/at/command.ts';
import { compositionBit, isComposition } from '../../composition.ts';
import { constant, error, hex, ok } from './answer.ts';
import type { AtAnswer, AtCall, CommandSpec, Family } from './wire.ts';

/** USB side of a Sierra modem: what shows after the next restart. */
export const sierraUsb: Family = {
  '!ENTERCND': { set: enterCondition, read: constant() },
  '!USBCOMP': { read: composition, test: compositionHelp, set: protectedSet(setComposition) },
  '!UDUSBCOMP': { read: legacyComposition, test: legacyHelp, set: protectedSet(setLegacyComposition) },
  '!USBVID': { read: ({ profile }) => ok(`VID: 0x${profile.usb.vendorId.toUpperCase()}`) },
  '!USBPID': { read: productIds },
  '!USBPRODUCT': { read: ({ profile }) => ok(`Product: ${latin(profile.usb.product)}`) },
  '!USBINFO': {
    read: ({ profile }) =>
      ok(`Manufacturer: ${profile.usb.manufacturer}`, `Product: ${latin(profile.usb.product)}`),
  },
  '!USBSPEED': { read: constant('SUPPORTED:Super-Speed', 'CURRENT  :High-Speed') },
};

const PASSWORD = 'A710';

function enterCondition({ wire }: AtCall, values: readonly AtValue[]): AtAnswer {
  wire.unlocked = values.length === 1 && values[0]?.text === PASSWORD;
  return wire.unlocked ? ok() : error;
}

/** Only after AT!ENTERCND. */
export function protectedSet(set: NonNullable<CommandSpec['set']>): NonNullable<CommandSpec['set']> {
  return (at, values) => (at.wire.unlocked ? set(at, values) : error);
}

// An AT port carries bytes: what is no Latin-1 goes out as a question mark.
function latin(text: string): string {
  return text.replace(/[^\x00-\xff]/g, '?');
}

/** The restart is still to come, but the question is answered with what will be. */
function composition({ runtime }: AtCall): AtAnswer {
  const { pending } = runtime.state.composition;
  return ok(
    'Config Index: 1',
    'Config Type:  1 (Generic)',
    `Interface bitmask: ${hex(pending, 8)} (${namesOf(pending).join(',')})`,
  );
}

function namesOf(mask: number): readonly string[] {
  return Object.entries(compositionBit)
    .filter(([, bit]) => (mask & bit) !== 0)
    .map(([name]) => name);
}

function compositionHelp(): AtAnswer {
  const bits = Object.entries(compositionBit).map(
    ([name, bit]) => `  ${name.toUpperCase().padEnd(7)}- 0x${hex(bit, 8)}`,
  );
  return ok(
    '<Config Index>: 1',
    '<Config Type>: 1-Generic, 2-USBIF-MBIM, 3-RNDIS',
    '<Interface bitmask>:',
    ...bits,
    'Example: at!usbcomp=1,1,10F',
  );
}

/** `1,1,0000010D`: index, type, mask in hexadecimal. Types other than generic have product ids of their own. */
function setComposition({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const [index, type, mask] = values.map(({ text }) => text);
  if (values.length !== 3 || index !== '1' || type !== '1') return error;
  if (!/^(?:0x)?[0-9A-F]{1,8}$/i.test(mask ?? '')) return error;
  return adopt(runtime, parseInt(mask as string, 16));
}

function adopt(runtime: AtCall['runtime'], wanted: number): AtAnswer {
  if (!isComposition(runtime.state.traits, wanted)) return error;
  runtime.input({ kind: 'setComposition', composition: wanted });
  return ok();
}

// The older numbering: 6 DM, NMEA, AT, QMI; 8 DM, NMEA, AT, MBIM; 9 MBIM alone.
const legacyMasks: Readonly<Record<string, number>> = { 6: 0x10d, 8: 0x100d, 9: 0x1000 };

function legacyComposition({ runtime }: AtCall): AtAnswer {
  const { pending } = runtime.state.composition;
  const found = Object.entries(legacyMasks).find(([, mask]) => mask === pending);
  return found ? ok(`!UDUSBCOMP: ${found[0]}`) : error;
}

function legacyHelp(): AtAnswer {
  return ok('6 - DM   NMEA AT    QMI', '8 - DM   NMEA AT    MBIM', '9 - MBIM');
}

function setLegacyComposition({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const mask = legacyMasks[values[0]?.text ?? ''];
  return mask === undefined || values.length !== 1 ? error : adopt(runtime, mask);
}

function productIds({ profile }: AtCall): AtAnswer {
  const { productId, bootLoader } = profile.usb;
  return ok(`APP PID: 0x${productId.toUpperCase()}`, `BOOT PID: 0x${bootLoader.productId.toUpperCase()}`);
}
