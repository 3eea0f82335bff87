import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { RadioAccess } from '../../state.ts';
import { cmeError, constant, error, integerIn, ok } from './answer.ts';
import { itemCommand, kept, type Item } from './quectel-items.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

const items: Readonly<Record<string, Item>> = {
  usbnet: { read: readUsbnet, set: setUsbnet, help: '(0-3)' },
  band: { read: readBand, set: setBand, help: '(0-3ff),(0-1e00b0e18df),(0-3f)' },
  nwscanmode: { read: readScanMode, set: setScanMode, help: '(0-3),(0,1)' },
  ims: kept('ims', 0, 2),
  servicedomain: kept('servicedomain', 2, 2),
  roamservice: kept('roamservice', 255, 255),
  ledmode: kept('ledmode', 0, 3),
  gprsattach: kept('gprsattach', 1, 1),
};

/** Settings and restarts of a Quectel modem. */
export const quectelConfig: Family = {
  '+QCFG': itemCommand('+QCFG', items),
  '+QPOWD': { exec: powerDown, set: powerDown, test: constant('+QPOWD: (0,1)') },
  '+QRST': { set: restart, test: constant('+QRST: (0,1)') },
  '+QINDCFG': { set: setReport, test: reportHelp },
  '+QURCCFG': { set: urcPort, test: constant('+QURCCFG: "urcport",("usbat","usbmodem","uart1")') },
};

function powerDown({ runtime }: AtCall): AtAnswer {
  runtime.input({ kind: 'shutDown' });
  return ok();
}

function restart({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  if (integerIn(values[0], 1, 1) === undefined) return error;
  runtime.input({ kind: 'reset' });
  return ok();
}

function urcPort(_at: AtCall, values: readonly AtValue[]): AtAnswer {
  return values[0]?.text === 'urcport' && values.length === 1 ? ok('+QURCCFG: "urcport","usbat"') : ok();
}

/** What a port says unasked, as delivered. */
const reports: Readonly<Record<string, number>> = { all: 1, csq: 0, smsfull: 0, ring: 1, smsincoming: 1 };

function reportHelp(): AtAnswer {
  return ok(...Object.keys(reports).map((name) => `+QINDCFG: "${name}",(0,1),(0,1)`));
}

function isReported({ wire }: AtCall, name: string): boolean {
  return (wire.others.get(`+QINDCFG ${name}`) ?? reports[name]) === 1;
}

/** `"smsincoming"` asks, `"smsincoming",0` sets. */
function setReport(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const name = values[0]?.text.toLowerCase() ?? '';
  if (!Object.hasOwn(reports, name) || values.length > 3) return cmeError(cme.incorrectParameters);
  if (values.length === 1) return ok(`+QINDCFG: "${name}",${isReported(at, name) ? 1 : 0}`);
  const on = integerIn(values[1], 0, 1);
  if (on === undefined) return cmeError(cme.incorrectParameters);
  at.wire.others.set(`+QINDCFG ${name}`, on);
  return ok();
}

/** Messages are told of as long as neither their own switch nor that of all is off. */
export function tellsTexts(at: AtCall): boolean {
  return isReported(at, 'all') && isReported(at, 'smsincoming');
}

/** Read back at once, on USB after AT+CFUN=1,1. */
function readUsbnet({ runtime }: AtCall): string {
  return String(runtime.state.composition.pending);
}

function setUsbnet({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const composition = integerIn(values[0], 0, 3);
  if (composition === undefined || values.length > 1) return cmeError(cme.incorrectParameters);
  runtime.input({ kind: 'setComposition', composition });
  return ok();
}

// WCDMA and TD-SCDMA masks are there for the reply's shape; the emulated air has LTE alone.
function readBand({ runtime }: AtCall): string {
  return `0x15,0x${runtime.state.radio.lteBands.toString(16)},0x0`;
}

/** `F,400A0E189F,A0E189F,1`: hexadecimal, without 0x; a mask of 0 leaves its part alone. */
function setBand({ runtime, profile }: AtCall, values: readonly AtValue[]): AtAnswer {
  const mask = values[1]?.text ?? '';
  if (values.length < 3 || !/^(?:0x)?[0-9A-F]{1,16}$/i.test(mask)) return cmeError(cme.incorrectParameters);
  const wanted = BigInt(`0x${mask.replace(/^0x/i, '')}`);
  if (wanted === 0n) return ok();
  const usable = wanted & profile.lteBands;
  if (usable === 0n) return cmeError(cme.incorrectParameters);
  runtime.input({ kind: 'setLteBands', bands: usable });
  return ok();
}

// By number of the firmware: automatic, (GSM), WCDMA, LTE. There is no GSM on the emulated air.
const scanModes: readonly (RadioAccess | undefined)[] = ['automatic', undefined, 'umts', 'lte'];

function readScanMode({ runtime }: AtCall): string {
  return String(Math.max(0, scanModes.indexOf(runtime.state.radio.access)));
}

function setScanMode({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const access = scanModes[integerIn(values[0], 0, 3) ?? 1];
  if (!access) return cmeError(cme.incorrectParameters);
  runtime.input({ kind: 'setRadioAccess', access });
  return ok();
}
