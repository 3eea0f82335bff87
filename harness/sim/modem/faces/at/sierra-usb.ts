import type { AtValue } from '../../../../protocols/at/command.ts';
import { compositionBit, compositionByNumber, isComposition, isCompositionType } from '../../composition.ts';
import { compositionType } from '../../profile.ts';
import type { UsbNames } from '../../usb.ts';
import { usbNamesOf } from '../../usb-identity.ts';
import { error, hex, ok } from './answer.ts';
import { firmwareOf, MDM9X15 } from './sierra-image.ts';
import { protectedSet } from './sierra-lock.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** USB side of a Sierra modem: what shows after the next restart. */
export const sierraUsb: Family = {
  '!USBCOMP': { read: composition, test: compositionHelp, set: protectedSet(setComposition) },
  '!UDUSBCOMP': { read: legacyComposition, test: legacyHelp, set: protectedSet(setLegacyComposition) },
  '!USBVID': { read: (at) => ok(vendorLine(at)), set: protectedSet(setVendor) },
  '!USBPID': { read: (at) => ok(...productIdLines(at)), set: protectedSet(setProductIds) },
  '!USBPRODUCT': { read: (at) => ok(productLine(at)), set: protectedSet(setProduct) },
  '!USBINFO': {
    read: (at) =>
      ok(
        vendorLine(at),
        ...productIdLines(at),
        `Manufacturer: ${at.profile.usb.manufacturer}`,
        productLine(at),
      ),
  },
  '!USBSPEED': { read: speed },
};

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

function namesNow({ profile, runtime }: AtCall): Required<UsbNames> {
  return usbNamesOf(profile, runtime.state);
}

function vendorLine(at: AtCall): string {
  return `VID: 0x${namesNow(at).vendorId.toUpperCase()}`;
}

/** A configuration type that is still to come shows nothing yet. */
function productIdLines(at: AtCall): readonly string[] {
  const { productId, bootProductId } = namesNow(at);
  return [`APP PID: 0x${productId.toUpperCase()}`, `BOOT PID: 0x${bootProductId.toUpperCase()}`];
}

function productLine(at: AtCall): string {
  return `Product: ${latin(namesNow(at).product)}`;
}

/** What is written shows on USB after the next restart. */
function rename({ runtime }: AtCall, names: UsbNames): AtAnswer {
  const { usbNames } = runtime.state.stored;
  runtime.input({ kind: 'store', change: { usbNames: { ...usbNames, ...names } } });
  return ok();
}

function idOf(value: AtValue | undefined): string | undefined {
  return /^(?:0x)?([0-9a-f]{4})$/.exec(value?.text.toLowerCase() ?? '')?.[1];
}

function setVendor(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const vendorId = idOf(values[0]);
  return vendorId && values.length === 1 ? rename(at, { vendorId }) : error;
}

/** `=9071,9070`: of the firmware and of the boot loader. */
function setProductIds(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const [productId, bootProductId] = values.map(idOf);
  return productId && bootProductId && values.length === 2 ? rename(at, { productId, bootProductId }) : error;
}

function setProduct(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const product = values[0]?.quoted === true ? values[0].text : '';
  // A string descriptor holds 126 characters (USB 2.0, 9.6.7).
  return product !== '' && product.length <= 126 && values.length === 1 ? rename(at, { product }) : error;
}

/** MDM9x15 has no SuperSpeed, and does not know the command. */
function speed({ profile }: AtCall): AtAnswer {
  if (firmwareOf(profile) === MDM9X15) return error;
  return ok('SUPPORTED:Super-Speed', 'CURRENT  :High-Speed');
}
