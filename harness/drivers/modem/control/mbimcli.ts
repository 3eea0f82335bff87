import { rssiOf } from '../readings.ts';
import { registerStates, readyStates } from './mbim-words.ts';
import { must } from './errors.ts';
import { present, quoted, quotedNumber, type ControlTool, type Questions } from './tool.ts';

/** `unknown` is what it prints for what the modem left out. */
const told = (text: string, name: string): string | undefined => {
  const found = quoted(text, name);
  return found === 'unknown' ? undefined : found;
};

/** What libmbim 1.28 prints; test/vectors/tools/control-outputs.txt. MBIM itself knows no composition and no restart. */
const questions: Partial<Questions> = {
  async identity(ask) {
    const { text } = must(await ask('--query-device-caps'), 'what it is');
    return present({ model: told(text, 'Hardware info'), revision: told(text, 'Firmware info') });
  },

  async numbers(ask) {
    const card = (await ask('--query-subscriber-ready-status')).text;
    return present({
      imei: told((await ask('--query-device-caps')).text, 'Device ID'),
      iccid: told(card, 'SIM ICCID'),
      imsi: told(card, 'Subscriber ID'),
    });
  },

  async simState(ask) {
    const { text } = must(await ask('--query-subscriber-ready-status'), 'its card');
    const state = readyStates[quoted(text, 'Ready state') ?? ''] ?? 'failed';
    if (state !== 'locked') return state;
    const type = quoted((await ask('--query-pin-state')).text, 'PIN type') ?? '';
    return type.startsWith('puk') ? 'puk' : 'pin';
  },

  async radio(ask) {
    const { text } = must(await ask('--query-radio-state'), 'its radio');
    const [hardware, software] = [quoted(text, 'Hardware radio state'), quoted(text, 'Software radio state')];
    return { on: hardware === 'on' && software === 'on', reason: radioText(hardware, software) };
  },

  async registration(ask) {
    const { text } = must(await ask('--query-registration-state'), 'its registration');
    return registerStates[quoted(text, 'Register state') ?? ''] ?? 'unknown';
  },

  async readings(ask) {
    const network = (await ask('--query-registration-state')).text;
    const heard = (await ask('--query-signal-state')).text;
    const rssiDbm = rssiOf(quotedNumber(heard, 'RSSI \\[0-31,99\\]'));
    return present({
      operator: told(network, 'Provider name'),
      radioAccess: told(network, 'Available data classes')?.toUpperCase(),
      signal: rssiDbm === undefined ? undefined : { rssiDbm },
    });
  },
};

/** The hardware's word is the pin W_DISABLE. */
export function radioText(hardware: string | undefined, software: string | undefined): string {
  return `hardware radio switch ${hardware ?? 'unknown'}, software radio switch ${software ?? 'unknown'}`;
}

export const mbimcli: ControlTool = {
  program: 'mbimcli',
  needs: ['mbimcli'],
  lines: {
    own: (device, question) => `mbimcli -d ${device} ${question}`,
    session: (device, question) => `mbimcli -d ${device} --no-open=1000 --no-close ${question}`,
    proxy: (device, question) => `mbimcli -p -d ${device} ${question}`,
  },
  questions,
};
