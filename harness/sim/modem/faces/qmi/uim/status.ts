import type { CardState } from '../../../sim-card.ts';
import type { SimSlot } from '../../../state.ts';
import { pin1State, pin2State, retriesOf } from '../card-pin.ts';
import { usimAid } from '../../../card-files.ts';

const NONE = 0xffff;
/** The first application of the first slot. */
const FIRST = 0x0000;

/** The card as UIM sees it: the slot, and the USIM in it. */
export function cardStatusOf(sim: SimSlot) {
  const found = sim.card && sim.powered && !isMute(sim);
  const present = found ? sim.card : undefined;
  return {
    indexGwPrimary: present && sim.state !== 'busy' ? FIRST : NONE,
    index1xPrimary: NONE,
    indexGwSecondary: NONE,
    index1xSecondary: NONE,
    cards: [
      {
        ...slotState(sim),
        upin: 'not-initialized',
        upinLeft: 0,
        upukLeft: 0,
        applications: present ? [application(sim, present)] : [],
      },
    ],
  } as const;
}

/** The reader has given it up: it never answered. */
function isMute({ card, state }: SimSlot): boolean {
  return state === 'failed' && card !== undefined && card.pukTries > 0;
}

function slotState(sim: SimSlot) {
  if (!sim.powered) return { state: 'error', error: 'power-down' } as const;
  if (isMute(sim)) return { state: 'error', error: 'no-atr' } as const;
  return { state: sim.card ? 'present' : 'absent', error: 'unknown' } as const;
}

function application(sim: SimSlot, card: CardState) {
  const { verifyLeft, unblockLeft } = retriesOf(card);
  const ready = sim.state === 'ready';
  return {
    type: 'usim',
    state: applicationState(sim),
    personalization: ready ? 'ready' : 'unknown',
    personalizationFeature: 0,
    personalizationLeft: 0,
    personalizationUnblockLeft: 0,
    aid: usimAid,
    upinReplacesPin1: false,
    pin1: pin1State(sim),
    pin1Left: verifyLeft,
    puk1Left: unblockLeft,
    pin2: pin2State(sim),
    pin2Left: card.second.pinTries,
    puk2Left: card.second.pukTries,
  } as const;
}

function applicationState({ state }: SimSlot) {
  const names = {
    ready: 'ready',
    pin: 'pin-required',
    puk: 'puk-required',
    failed: 'pin-blocked',
    busy: 'detected',
    absent: 'unknown',
  } as const;
  return names[state];
}
