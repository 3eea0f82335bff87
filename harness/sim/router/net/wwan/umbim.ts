import type { Ms } from '../../../../core/units.ts';
import { deviceCaps } from '../../../../protocols/mbim/basic-connect/device.ts';
import { homeProvider, registerState } from '../../../../protocols/mbim/basic-connect/registration.ts';
import {
  pin,
  radioState,
  subscriberReadyStatus,
} from '../../../../protocols/mbim/basic-connect/subscriber.ts';
import type { MbimCommand } from '../../../../protocols/mbim/declare.ts';
import type { Applet } from '../../machine.ts';
import { capsLines, homeLines, registrationLines, subscriberLines } from '../netifd/umbim-words.ts';
import { createMbimClient, type MbimClient } from './mbim-client.ts';

/** What an action prints, and its exit status: the state that it read, or 0. A negative status is a refusal. */
interface Said {
  readonly lines: readonly string[];
  readonly status: number;
  readonly complaint?: string;
}
type Action = (mbim: MbimClient) => Promise<Said | undefined>;

function ask<Q, S, R>(command: MbimCommand<Q, S, R>, say: (values: R) => Said): Action {
  return async (mbim) => {
    const reply = await mbim.query(command);
    if (!reply) return undefined;
    return reply.values === undefined ? { lines: [], status: -reply.status } : say(reply.values);
  };
}

const said = (lines: readonly string[], status = 0): Said => ({ lines, status });

const actions: Readonly<Record<string, Action>> = {
  caps: ask(deviceCaps, (caps) => said(capsLines(caps))),
  home: ask(homeProvider, (provider) => said(homeLines(provider))),
  radio: ask(radioState, ({ hardware, software }) =>
    said([`hwradiostate: ${hardware}`, `swradiostate: ${software}`]),
  ),
  registration: ask(registerState, (answer) => {
    const lines = registrationLines(answer);
    const state = Number.parseInt(/^registerstate: (\d+)/m.exec(lines.join('\n'))?.[1] ?? '', 16);
    return said(lines, answer.registerState === 'home' ? 0 : state);
  }),
  // One that tells no telephone number is too short for it unless it is read out whole.
  subscriber: ask(subscriberReadyStatus, (status) =>
    status.readyState === 'initialized'
      ? said(subscriberLines(status))
      : { lines: [], status: -1, complaint: 'message not long enough' },
  ),
  pinstate: ask(pin, ({ pinState, pinType, remainingAttempts }) =>
    pinState === 'unlocked'
      ? { lines: [], status: 0, complaint: 'Pin Unlocked' }
      : {
          lines: [],
          status: pinType === 'pin1' ? 2 : 11,
          complaint: `required pin: ${pinType === 'pin1' ? 2 : 11} - ${pinType}\nremaining attempts: ${remainingAttempts}`,
        },
  ),
};

/** From its start to its first message on a small router. */
const STARTS: Ms = 100;
const USAGE =
  'Usage: umbim <caps|pinstate|unlock|home|registration|subscriber|attach|detach|connect|disconnect|config|radio> [options]\n';

/**
 * umbim with the actions that ask; netifd's handler has its calls in `proto-mbim.ts`. Without `-t` it opens a session, without
 * `-n` it closes it, and after a refusal in any case. Source: umbim cli.c, mbim-dev.c.
 */
export const umbim: Applet = async ({ machine, argv, out, err, signal }) => {
  const words = argv.slice(1);
  const device = words[words.indexOf('-d') + 1];
  const action = actions[words.at(-1) ?? ''];
  if (!action || !words.includes('-d') || device === undefined) {
    err(USAGE);
    return 1;
  }
  await machine.clock.sleep(STARTS, signal);
  const port = machine.usb.openControl(device);
  if (!port) {
    err('open failed: : No such file or directory\n');
    return 255;
  }
  const mbim = createMbimClient(machine.clock, port);
  const opened = words.includes('-t') ? 0 : await mbim.open();
  const answer = opened === 0 ? await action(mbim) : undefined;
  if (!words.includes('-n') || !answer || answer.status < 0) await mbim.close();
  if (!answer) {
    err('ERROR: mbim message timeout\n');
    return 255;
  }
  for (const line of answer.lines) out(`  ${line}\n`);
  if (answer.complaint !== undefined) err(`${answer.complaint}\n`);
  return answer.status & 0xff;
};
