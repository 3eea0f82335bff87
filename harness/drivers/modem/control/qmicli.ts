import type { NetworkMode, Registration, SimState } from '../../../rig/modem.ts';
import type { Signal } from '../../../rig/readings.ts';
import { must } from './errors.ts';
import { present, quoted, quotedNumber, type AskTool, type ControlTool, type Questions } from './tool.ts';

/** Of the first application of the first card. Source: libqmi qmi-enums-uim.h, QmiUimCardApplicationState. */
const applications: Readonly<Record<string, SimState>> = {
  ready: 'ready',
  'pin1-or-upin-pin-required': 'pin',
  'puk1-or-upin-puk-required': 'puk',
  'pin1-blocked': 'puk',
  detected: 'busy',
  'check-personalization-state': 'busy',
  unknown: 'busy',
};

/** Source: libqmi qmi-enums-nas.h, QmiNasRegistrationState. */
const registrations: Readonly<Record<string, Registration>> = {
  registered: 'home',
  'not-registered': 'idle',
  'not-registered-searching': 'searching',
  'registration-denied': 'denied',
};

/** `[*] USB composition 6: DM, NMEA, AT, QMI`; the star is at the one that is chosen. */
const COMPOSITION = /^\t?(\[\*\]|\s+) *USB composition (\d+): (.*)$/gm;

interface Composition {
  readonly chosen: boolean;
  readonly index: string;
  readonly parts: readonly string[];
}

/** Undefined: it is none of Sierra's, whose own command this is. */
async function compositions(ask: AskTool): Promise<readonly Composition[] | undefined> {
  const answer = await ask('--dms-swi-get-usb-composition');
  if (answer.text.includes("'InvalidQmiCommand'")) return undefined;
  const { text } = must(answer, 'its USB composition');
  return Array.from(text.matchAll(COMPOSITION), ([, mark = '', index = '', parts = '']) => ({
    chosen: mark === '[*]',
    index,
    parts: parts.split(/, */),
  }));
}

const modeOf = ({ parts }: Composition): NetworkMode | undefined =>
  (['qmi', 'mbim', 'ecm'] as const).find((mode) => parts.includes(mode.toUpperCase()));

/** One that leaves no AT port is none of ours. */
const hasAt = ({ parts }: Composition): boolean => parts.includes('AT');

/** What libqmi 1.32 prints; test/vectors/tools/control-outputs.txt. */
const questions: Questions = {
  async identity(ask) {
    const [manufacturer, model, revision] = [
      quoted(must(await ask('--dms-get-manufacturer'), 'who made it').text, 'Manufacturer'),
      quoted(must(await ask('--dms-get-model'), 'its model').text, 'Model'),
      quoted(must(await ask('--dms-get-revision'), 'its revision').text, 'Revision'),
    ];
    return present({ manufacturer, model, revision });
  },

  async numbers(ask) {
    return present({
      imei: quoted((await ask('--dms-get-ids')).text, 'IMEI'),
      iccid: quoted((await ask('--dms-uim-get-iccid')).text, 'ICCID'),
      imsi: quoted((await ask('--dms-uim-get-imsi')).text, 'IMSI'),
    });
  },

  async simState(ask) {
    const { text } = must(await ask('--uim-get-card-status'), 'its card');
    const card = quoted(text, 'Card state');
    if (card !== 'present') return card === 'absent' ? 'absent' : 'failed';
    return applications[quoted(text, 'Application state') ?? 'unknown'] ?? 'failed';
  },

  async radio(ask) {
    const { text } = must(await ask('--dms-get-operating-mode'), 'its operating mode');
    const mode = quoted(text, 'Mode');
    const pin = quoted(text, 'HW restricted') === 'yes' ? ', held there by W_DISABLE' : '';
    return { on: mode === 'online', reason: `operating mode ${mode ?? 'unknown'}${pin}` };
  },

  async registration(ask) {
    const { text } = must(await ask('--nas-get-serving-system'), 'its registration');
    const state = registrations[quoted(text, 'Registration state') ?? ''] ?? 'unknown';
    return state === 'home' && quoted(text, 'Roaming status') === 'on' ? 'roaming' : state;
  },

  async readings(ask) {
    const serving = (await ask('--nas-get-serving-system')).text;
    const heard = (await ask('--nas-get-signal-info')).text;
    const band = /^\tActive Band Class: 'eutran-(\d+)'/m.exec(
      (await ask('--nas-get-rf-band-info')).text,
    )?.[1];
    const signal: Signal = present({
      rssiDbm: quotedNumber(heard, 'RSSI'),
      rsrpDbm: quotedNumber(heard, 'RSRP'),
      rsrqDb: quotedNumber(heard, 'RSRQ'),
      sinrDb: quotedNumber(heard, 'SNR'),
    });
    const access = /^\t\t\[0\]: '(?!none)(\w+)'/m.exec(serving)?.[1]?.toUpperCase();
    return present({
      operator: quoted(serving, 'Description'),
      radioAccess: access,
      lteBand: band === undefined ? undefined : Number(band),
      signal: Object.keys(signal).length > 0 ? signal : undefined,
    });
  },

  async composition(ask) {
    const found = await compositions(ask);
    const chosen = found?.find((one) => one.chosen);
    return found && { mode: chosen && hasAt(chosen) ? modeOf(chosen) : undefined };
  },

  async compose(ask, mode) {
    const wanted = (await compositions(ask))?.find((one) => hasAt(one) && modeOf(one) === mode);
    if (!wanted) return { ok: false, text: `it has no composition with AT and ${mode.toUpperCase()}` };
    return ask(`--dms-swi-set-usb-composition=${wanted.index}`);
  },

  // Some firmware restarts only from there. Source: libqmi, qmicli's own advice on operating modes.
  async restart(ask) {
    await ask('--dms-set-operating-mode=offline');
    return ask('--dms-set-operating-mode=reset');
  },

  async unlockFcc(ask) {
    const given = await ask('--dms-set-fcc-authentication');
    // Given already.
    if (!given.ok && !given.text.includes("'NoEffect'")) return given;
    return ask('--dms-set-operating-mode=online');
  },
};

export const qmicli: ControlTool = {
  program: 'qmicli',
  needs: ['qmicli'],
  lines: {
    own: (device, question) => `qmicli -d ${device} ${question}`,
    proxy: (device, question) => `qmicli -p -d ${device} ${question}`,
  },
  questions,
};

/** QMI in MBIM's service for it. It opens a session of its own. */
export const qmicliOverMbim: ControlTool = {
  ...qmicli,
  lines: {
    own: (device, question) => `qmicli -d ${device} --device-open-mbim ${question}`,
    proxy: (device, question) => `qmicli -p -d ${device} --device-open-mbim ${question}`,
  },
};
