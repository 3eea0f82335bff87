import { radioText } from './mbimcli.ts';
import { registerStates, readyStates } from './mbim-words.ts';
import { rssiOf } from '../readings.ts';
import { controlRefused } from './errors.ts';
import { present, type Answer, type ControlTool, type Questions } from './tool.ts';

/** `  registerstate: 0003 - home` -> home; `  rssi: 0018` -> 0018; (null) is nothing. */
function field({ text }: Answer, name: string): string | undefined {
  const found = new RegExp(`^  ${name}: (?:[0-9A-F]{4} - )?(.*)$`, 'm').exec(text)?.[1];
  return found === undefined || found === '(null)' || found === '' ? undefined : found;
}

/** Its exit status is the state that it read, so what it printed counts. */
function needs(answer: Answer, name: string, what: string): string {
  const found = field(answer, name);
  if (found === undefined) throw controlRefused(what, answer.text);
  return found;
}

/** Outputs: test/vectors/tools/control-outputs.txt. It ends a session after any question that the modem refuses. */
const questions: Partial<Questions> = {
  async identity(ask) {
    const caps = await ask('caps');
    const model = needs(caps, 'hardwareinfo', 'what it is');
    return present({ model, revision: field(caps, 'firmwareinfo') });
  },

  async numbers(ask) {
    const card = await ask('subscriber');
    return present({
      imei: field(await ask('caps'), 'deviceid'),
      iccid: field(card, 'simiccid'),
      imsi: field(card, 'subscriberid'),
    });
  },

  async simState(ask) {
    const required = /^required pin: \d+ - (\w+)/m.exec((await ask('pinstate')).text)?.[1];
    if (required !== undefined) return required.startsWith('puk') ? 'puk' : 'pin';
    const card = await ask('subscriber');
    // A modem that tells no telephone numbers leaves them out, which is too short for it.
    if (card.text.includes('message not long enough')) return 'absent';
    const state = readyStates[needs(card, 'readystate', 'its card')] ?? 'failed';
    return state === 'locked' ? 'pin' : state;
  },

  async radio(ask) {
    const answer = await ask('radio');
    const hardware = needs(answer, 'hwradiostate', 'its radio');
    const software = field(answer, 'swradiostate');
    return { on: hardware === 'on' && software === 'on', reason: radioText(hardware, software) };
  },

  async registration(ask) {
    return registerStates[needs(await ask('registration'), 'registerstate', 'its registration')] ?? 'unknown';
  },

  async readings(ask) {
    const network = await ask('registration');
    const rssiDbm = rssiOf(Number.parseInt(field(await ask('home'), 'rssi') ?? '', 16));
    return present({
      operator: field(network, 'provider_name'),
      radioAccess: field(network, 'availabledataclasses')?.toUpperCase(),
      signal: rssiDbm === undefined ? undefined : { rssiDbm },
    });
  },
};

export const umbim: ControlTool = {
  program: 'umbim',
  needs: ['umbim'],
  lines: {
    own: (device, question) => `umbim -d ${device} ${question}`,
    session: (device, question) => `umbim -n -t 1000 -d ${device} ${question}`,
  },
  questions,
};
