import type { HarnessError } from '../core/errors.ts';
import { didYouMean } from '../lab/nearest.ts';
import { inMode, modemModes, modesOf, parseSim, refusedMode, type ModemMode } from '../lab/modem-options.ts';
import type { ServeRequest } from '../lab/modem-serve.ts';
import type { Fault } from '../sim/faults.ts';
import type { ModemProfile } from '../sim/modem/profile.ts';
import { profiles } from '../sim/modem/profiles/index.ts';
import { parseFault } from '../sim/parse-fault.ts';
import { parseSocketAddress, type SocketAddress } from '../transport/socket.ts';
import { isHarnessError } from '../core/errors.ts';
import type { Arguments } from './spec.ts';
import { usageError } from './usage.ts';

const SEE_HELP = 'see: wwanlab modem serve --help';
const DEFAULT_APN = 'internet';

/**
 * What the arguments ask for.
 * @throws HarnessError `usage.…`
 */
export function serveRequestOf(args: Arguments): ServeRequest {
  const usbredir = addressOf(args, 'usbredir');
  const usbip = addressOf(args, 'usbip');
  if (!usbredir && !usbip) {
    const hint = 'for example --usbredir unix:/tmp/modem.sock';
    throw usageError(
      'missing-option',
      'modem serve needs --usbredir or --usbip: where is it to be plugged in?',
      hint,
    );
  }
  if (args.flag('listen') && args.flag('connect')) {
    throw usageError('options', '--listen and --connect exclude each other', SEE_HELP);
  }
  const apns = args.texts('apn');
  return {
    profile: profileOf(args),
    sim: readAs('sim', () => parseSim(args.text('sim') ?? 'ready')),
    apns: apns.length > 0 ? apns : [DEFAULT_APN],
    rttMs: rttOf(args),
    faults: args.texts('fault').map((text): Fault => readAs('fault', () => parseFault(text))),
    usbredir: usbredir && { address: usbredir, role: args.flag('connect') ? 'connect' : 'listen' },
    usbip,
  };
}

function profileOf(args: Arguments): ModemProfile {
  const known = profiles.map(({ id }) => id);
  const model = args.text('model');
  if (model === undefined) {
    throw usageError('missing-option', 'modem serve needs --model', `there are ${known.join(', ')}`);
  }
  const profile = findProfile(model);
  if (!profile) {
    const text = `no emulated modem is called "${model}"${didYouMean(model, known)}`;
    throw usageError('unknown-model', text, `there are ${known.join(', ')}`);
  }
  const mode = args.text('mode');
  if (mode === undefined) return profile;
  if (!isMode(mode)) {
    const why = refusedMode(profile, mode) ?? `there is no mode "${mode}"${didYouMean(mode, modemModes)}`;
    throw usageError('unknown-mode', why, `${profile.title} has ${modesOf(profile).join(', ')}`);
  }
  return readAs('mode', () => inMode(profile, mode));
}

/** By its name in any case, or by a part of it that no other has: nobody types `ec25-a` for an EC25. */
function findProfile(text: string): ModemProfile | undefined {
  const model = text.toLowerCase();
  const exact = profiles.find(({ id }) => id === model);
  const alike = profiles.filter(({ id }) => id.startsWith(`${model}-`) || id.endsWith(`-${model}`));
  return exact ?? (alike.length === 1 ? alike[0] : undefined);
}

/** Milliseconds, below ten seconds. */
function rttOf(args: Arguments): number | undefined {
  const text = args.text('rtt');
  if (text === undefined) return undefined;
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text)) return Number(text);
  throw usageError('rtt', `--rtt: "${text}" is no number of milliseconds`, 'for example --rtt 0 or --rtt 35');
}

function isMode(text: string): text is ModemMode {
  return (modemModes as readonly string[]).includes(text);
}

function addressOf(args: Arguments, name: string): SocketAddress | undefined {
  const text = args.text(name);
  return text === undefined ? undefined : readAs(name, () => parseSocketAddress(text));
}

/** What a reader of values complains about is wrong usage here. */
function readAs<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    throw usageError(option, `--${option}: ${(error as HarnessError).message}`, error.hint ?? SEE_HELP);
  }
}

/** @throws HarnessError `usage.…` */
export function seedOf(args: Arguments): string {
  const text = args.text('seed') ?? '1';
  if (/^\d{1,15}$/.test(text)) return text;
  throw usageError('seed', `--seed: "${text}" is no whole number`, 'for example --seed 7');
}
