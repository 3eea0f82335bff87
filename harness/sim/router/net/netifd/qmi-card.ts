import { seconds, type Ms } from '../../../../core/units.ts';
import { getPinStatus, verifyPin } from '../../../../protocols/qmi/dms/pin.ts';
import { getCardStatus, powerOffSim, powerOnSim } from '../../../../protocols/qmi/uim/card-status.ts';
import { uimVerifyPin } from '../../../../protocols/qmi/uim/pin.ts';
import type { HandlerScript } from './handler-script.ts';
import type { UqmiRuns } from './uqmi-runs.ts';

/** What the card's part of the handler has to know. */
export interface CardOptions {
  readonly pincode: string;
  /** `option timeout`: tries, about a second apart. */
  readonly tries: number;
}

/** The code that netifd is told, or undefined: the card is ready. Each of them blocks the restart. */
type Refusal = string | undefined;

const UIM_UNINITIALIZED = 37;
const FIRST_PATIENCE: Ms = seconds(3);
const CARD_PATIENCE: Ms = seconds(2);
/** Its `sleep`s with the slot off, and until it looks again. */
const SLOT_OFF_MS: Ms = seconds(3);
const NEXT_LOOK_MS: Ms = seconds(5);
/** The handler keeps the last two tries for a person. */
const LEAST_TRIES = 3;

/** qmi.sh from "Waiting for SIM initialization" to the PIN, with the words of uqmi and jshn where the modem is mute. */
export async function prepareCard(
  uqmi: UqmiRuns,
  script: HandlerScript,
  options: CardOptions,
): Promise<Refusal> {
  script.print('Waiting for SIM initialization');
  return (
    (await initialized(uqmi, script, options)) ??
    (await usable(uqmi, script, options)) ??
    (await unlocked(uqmi, script, options))
  );
}

async function initialized(uqmi: UqmiRuns, script: HandlerScript, { tries }: CardOptions): Promise<Refusal> {
  await uqmi.ask('dms', getPinStatus, {}, FIRST_PATIENCE);
  for (let tried = 0; ; tried++) {
    const reply = await uqmi.ask('dms', getPinStatus, {});
    if (!reply) script.print('Request timed out');
    if (reply?.error !== UIM_UNINITIALIZED) return undefined;
    if (tried >= tries) {
      script.print('SIM not initialized');
      return 'SIM_NOT_INITIALIZED';
    }
    await script.sleep(seconds(1));
  }
}

/** An absent card reads as "illegal": the slot is switched off and on until the tries are used up. */
async function usable(uqmi: UqmiRuns, script: HandlerScript, { tries }: CardOptions): Promise<Refusal> {
  for (let tried = 0; ; tried++) {
    const reply = await uqmi.ask('uim', getCardStatus, {}, CARD_PATIENCE);
    const application = reply?.values.status?.cards[0]?.applications[0];
    if (application && application.state !== 'illegal') return undefined;
    if (!reply) {
      script.print('Request timed out');
      script.print('Failed to parse message data'); // jshn of the quoted refusal
    }
    script.print('SIM in illegal state - Power-cycling SIM');
    await switchSlot(uqmi, script, powerOffSim);
    await script.sleep(SLOT_OFF_MS);
    await switchSlot(uqmi, script, powerOnSim);
    if (tried >= tries) return 'SIM_ILLEGAL_STATE';
    await script.sleep(NEXT_LOOK_MS);
  }
}

async function switchSlot(
  uqmi: UqmiRuns,
  script: HandlerScript,
  command: typeof powerOffSim | typeof powerOnSim,
): Promise<void> {
  if (await uqmi.ask('uim', command, { slot: 1 })) return;
  script.print('Request timed out');
  script.print('"Failed to connect to service"');
}

async function unlocked(uqmi: UqmiRuns, script: HandlerScript, { pincode }: CardOptions): Promise<Refusal> {
  const { state, left } = await pinOf(uqmi);
  switch (state) {
    case 'disabled':
      script.print('PIN verification is disabled');
      return undefined;
    case 'enabled-verified':
      script.print('PIN already verified');
      return undefined;
    case 'blocked':
      script.print('SIM locked PUK required');
      return 'PUK_NEEDED';
    case 'enabled-not-verified':
      break;
    default:
      script.print(`PIN status failed (${state?.replaceAll('-', '_') ?? 'sim_not_present'})`);
      return 'PIN_STATUS_FAILED';
  }
  if (left < LEAST_TRIES) {
    script.print(`PIN verify count value is ${left} this is below the limit of ${LEAST_TRIES}`);
    return 'PIN_TRIES_BELOW_LIMIT';
  }
  if (pincode === '') {
    script.print('PIN not specified but required');
    return 'PIN_NOT_SPECIFIED';
  }
  if (await verify(uqmi, pincode)) return undefined;
  script.print('Unable to verify PIN');
  return 'PIN_FAILED';
}

/** Where DMS refuses, UIM knows: MDM9x30 and later. */
async function pinOf(uqmi: UqmiRuns): Promise<{ readonly state: string | undefined; readonly left: number }> {
  const pin = (await uqmi.ask('dms', getPinStatus, {}))?.values.pin1;
  if (pin) return { state: pin.state, left: pin.verifyLeft };
  const card = await uqmi.ask('uim', getCardStatus, {});
  const application = card?.values.status?.cards[0]?.applications[0];
  return { state: application?.pin1, left: application?.pin1Left ?? 0 };
}

async function verify(uqmi: UqmiRuns, pin: string): Promise<boolean> {
  const info = { id: 'pin1', pin } as const;
  const session = { type: 'primary-gw', aid: new Uint8Array(0) } as const;
  const byDms = await uqmi.ask('dms', verifyPin, { info });
  if (byDms?.error === 0) return true;
  return (await uqmi.ask('uim', uimVerifyPin, { session, info }))?.error === 0;
}
