import type { Registration, SimState } from '../../../rig/modem.ts';
import type { Signal } from '../../../rig/readings.ts';
import { controlRefused, must } from './errors.ts';
import { present, type Answer, type AskTool, type ControlTool, type Questions } from './tool.ts';

/** Source: uqmi commands-uim.c. */
const applications: Readonly<Record<string, SimState>> = {
  ready: 'ready',
  'pin-required': 'pin',
  'puk-required': 'puk',
  'pin1-blocked': 'puk',
  detected: 'busy',
  unknown: 'busy',
};

/** Of PIN1, where the firmware or this uqmi knows no UIM. Source: uqmi commands-dms.c. */
const pins: Readonly<Record<string, SimState>> = {
  disabled: 'ready',
  verified: 'ready',
  unblocked: 'ready',
  not_verified: 'pin',
  blocked: 'puk',
};

/** Source: uqmi commands-nas.c. */
const registrations: Readonly<Record<string, Registration>> = {
  registered: 'home',
  not_registered: 'idle',
  searching: 'searching',
  registering_denied: 'denied',
};

/** What it prints with `-s`: a line of JSON. Complaints about single values go before it. */
function valueOf({ text }: Answer): unknown {
  for (const line of text.split('\n').toReversed()) {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      continue; // a complaint
    }
  }
  return undefined;
}

function objectOf(answer: Answer): Readonly<Record<string, unknown>> {
  const value = valueOf(answer);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

const textOf = (answer: Answer): string | undefined => {
  const value = answer.ok ? valueOf(answer) : undefined;
  return typeof value === 'string' ? value : undefined;
};

const numberAt = (object: Readonly<Record<string, unknown>>, key: string): number | undefined =>
  typeof object[key] === 'number' ? object[key] : undefined;

async function serving(ask: AskTool): Promise<Readonly<Record<string, unknown>>> {
  return objectOf(must(await ask('--get-serving-system'), 'its registration'));
}

/** It asks neither for model nor for composition. Outputs: test/vectors/tools/control-outputs.txt. */
const questions: Partial<Questions> = {
  numbers: async (ask) =>
    present({
      imei: textOf(await ask('--get-imei')),
      iccid: textOf(await ask('--get-iccid')),
      imsi: textOf(await ask('--get-imsi')),
    }),

  async simState(ask) {
    const card = await ask('--uim-get-sim-state');
    if (card.ok) {
      // Cards that are not there are left out: nothing at all is left.
      const state = objectOf(card)['card_application_state'];
      if (typeof state !== 'string') return 'absent';
      return applications[state] ?? 'failed';
    }
    const pin = await ask('--get-pin-status');
    if (!pin.ok) throw controlRefused('its card', card.text);
    return pins[String(objectOf(pin)['pin1_status'])] ?? 'failed';
  },

  async radio(ask) {
    const mode = textOf(must(await ask('--get-device-operating-mode'), 'its operating mode'));
    return { on: mode === 'online', reason: `operating mode ${mode ?? 'unknown'}` };
  },

  async registration(ask) {
    const { registration, roaming } = await serving(ask);
    const state = registrations[String(registration)] ?? 'unknown';
    return state === 'home' && roaming === true ? 'roaming' : state;
  },

  async readings(ask) {
    const { plmn_description: operator, radio_interface: access } = await serving(ask);
    const heard = objectOf(await ask('--get-signal-info'));
    const signal: Signal = present({
      rssiDbm: numberAt(heard, 'rssi'),
      rsrpDbm: numberAt(heard, 'rsrp'),
      rsrqDb: numberAt(heard, 'rsrq'),
      sinrDb: numberAt(heard, 'snr'),
    });
    const [first] = Array.isArray(access) ? (access as unknown[]) : [];
    return present({
      operator: typeof operator === 'string' ? operator : undefined,
      radioAccess: typeof first === 'string' && first !== 'none' ? first.toUpperCase() : undefined,
      signal: Object.keys(signal).length > 0 ? signal : undefined,
    });
  },

  async restart(ask) {
    await ask('--set-device-operating-mode', 'offline');
    return ask('--set-device-operating-mode', 'reset');
  },

  async unlockFcc(ask) {
    const given = await ask('--fcc-auth');
    // Given already.
    if (!given.ok && valueOf(given) !== 'No effect') return given;
    return ask('--set-device-operating-mode', 'online');
  },
};

const LIMIT = '-t 5000';
const asked = (device: string, question: string): string => `uqmi -s -d ${device} ${LIMIT} ${question}`;
const askedOverMbim = (device: string, question: string): string =>
  `uqmi -m -s -d ${device} ${LIMIT} ${question}`;

/** uqmi has a time limit since 2022 (OpenWrt 22.03); an older one waits for ever for a modem that hangs, so it is ended. */
const endedByShell = (line: string): string =>
  [
    `${withoutLimit(line)} &`,
    'p=$!',
    '(sleep 10; kill $p) >/dev/null 2>&1 &',
    'k=$!',
    'wait $p',
    's=$?',
    'kill $k 2>/dev/null',
    'exit $s',
  ].join('\n');

const withoutLimit = (line: string): string => line.replaceAll(`${LIMIT} `, '');

export const uqmi: ControlTool = {
  program: 'uqmi',
  needs: ['uqmi'],
  lines: { own: asked },
  older: endedByShell,
  questions,
};

/** It opens no MBIM session: umbim does it, and ends it. */
export const uqmiOverMbim: ControlTool = {
  ...uqmi,
  needs: ['uqmi', 'umbim'],
  older: withoutLimit,
  lines: {
    session: askedOverMbim,
    own: (device, question) =>
      [
        `umbim -n -d ${device} radio >/dev/null 2>&1`,
        askedOverMbim(device, question),
        'status=$?',
        `umbim -t 1000 -d ${device} radio >/dev/null 2>&1`,
        'exit $status',
      ].join('\n'),
  },
};
