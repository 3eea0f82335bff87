import type { AtValue } from '../../../../protocols/at/command.ts';
import { compositionBit, compositionByNumber, isComposition, isCompositionType } from '../../composition.ts';
import { compositionType } from '../../profile.ts';
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
function composition({ runtime, profile }: AtCall): AtAnswer {
  const { pending, pendingType } = runtime.state.composition;
  const name = compositionType(profile.usb, pendingType)?.name ?? 'Generic';
  return ok(
    'Config Index: 1',
    `Config Type:  ${pendingType} (${name})`,
    `Interface bitmask: ${hex(pending, 8)} (${namesOf(pending).join(',')})`,
  );
}

function namesOf(mask: number): readonly string[] {
  return Object.entries(compositionBit)
    .filter(([, bit]) => (mask & bit) !== 0)
    .map(([name]) => name);
}

function compositionHelp({ profile }: AtCall): AtAnswer {
  const types = profile.usb.types ?? [];
  const byNumber = [...types].sort((a, b) => a.number - b.number);
  const bits = Object.entries(compositionBit).map(
    ([name, bit]) => `  ${name.toUpperCase().padEnd(7)}- 0x${hex(bit, 8)}`,
  );
  return ok(
    '<Config Index>: 1',
    `<Config Type>: ${byNumber.map(({ number, name }) => `${number}-${name}`).join(', ')}`,
    '<Interface bitmask>:',
    ...bits,
    `Example: at!usbcomp=1,${types[0]?.number ?? 1},10F`,
  );
}

/** `1,1,0000010D`: index, type, mask in hexadecimal. Some types have product ids of their own. */
function setComposition({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const [index, type, mask] = values.map(({ text }) => text);
  if (values.length !== 3 || index !== '1' || !/^\d$/.test(type ?? '')) return error;
  if (!/^(?:0x)?[0-9A-F]{1,8}$/i.test(mask ?? '')) return error;
  return adopt(runtime, parseInt(mask as string, 16), Number(type));
}

function adopt(
  runtime: AtCall['runtime'],
  wanted: number,
  type = runtime.state.composition.pendingType,
): AtAnswer {
  const { traits } = runtime.state;
  if (!isComposition(traits, wanted) || !isCompositionType(traits, type)) return error;
  runtime.input({ kind: 'setComposition', composition: wanted, type });
  return ok();
}

function legacyComposition({ runtime }: AtCall): AtAnswer {
  const { pending } = runtime.state.composition;
  const found = Object.entries(compositionByNumber).find(([, mask]) => mask === pending);
  return found ? ok(`!UDUSBCOMP: ${found[0]}`) : error;
}

function legacyHelp(): AtAnswer {
  return ok('6 - DM   NMEA AT    QMI', '8 - DM   NMEA AT    MBIM', '9 - MBIM');
}

function setLegacyComposition({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const mask = compositionByNumber[Number(values[0]?.text || NaN)];
  return mask === undefined || values.length !== 1 ? error : adopt(runtime, mask);
}

/** Those that USB shows now; a type that is still to come shows nothing yet. */
function productIds({ profile, runtime }: AtCall): AtAnswer {
  const type = compositionType(profile.usb, runtime.state.composition.presentType);
  const application = type?.productId ?? profile.usb.productId;
  const boot = type?.bootProductId ?? profile.usb.bootLoader.productId;
  return ok(`APP PID: 0x${application.toUpperCase()}`, `BOOT PID: 0x${boot.toUpperCase()}`);
}
