import * as uim from '../../../../../protocols/qmi/uim/card-status.ts';
import { configurationBit, eventBit } from '../../../../../protocols/qmi/uim/card-status.ts';
import { detailsOf } from '../../../model-details.ts';
import type { ModemProfile } from '../../../profile.ts';
import type { SimSlot } from '../../../state.ts';
import { handle, news, type QmiHandler, type QmiNews } from '../handler.ts';
import { cardAtr } from '../../../card-files.ts';
import { swappedDigits } from '../../../swapped-digits.ts';
import { cardStatusOf } from './status.ts';

const reported = eventBit.cardStatus | eventBit.slotStatus;
const PRIMARY_GW = 0;

/** Slots and the cards in them. There is one card: further slots of a model are empty. */
export const slotHandlers: readonly QmiHandler[] = [
  handle(uim.registerEvents, ({ client }, { events }) => {
    const set = (id: number, bit: number): void => {
      if ((events & bit) !== 0) client.indications.add(id);
      else client.indications.delete(id);
    };
    set(uim.cardStatusIndication.id, eventBit.cardStatus);
    set(uim.slotStatusIndication.id, eventBit.slotStatus);
    return { values: { events: events & reported } };
  }),
  handle(uim.getCardStatus, ({ runtime }) => ({ values: { status: cardStatusOf(runtime.state.sim) } })),
  handle(uim.powerOffSim, ({ runtime }, { slot }) => {
    if (slot !== 1) return { error: 'InvalidArgument' };
    if (!runtime.state.sim.powered) return { error: 'NoEffect' };
    runtime.input({ kind: 'simPower', on: false });
    return { values: {} };
  }),
  handle(uim.powerOnSim, ({ runtime }, { slot }) => {
    if (slot !== 1) return { error: 'InvalidArgument' };
    if (runtime.state.sim.powered) return { error: 'NoEffect' };
    runtime.input({ kind: 'simPower', on: true });
    return { values: {} };
  }),
  handle(uim.changeProvisioningSession, ({ runtime }, { change, application }) => {
    if (change.type !== PRIMARY_GW || (application && application.slot !== 1))
      return { error: 'InvalidArgument' };
    const { card, state } = runtime.state.sim;
    if (!card || state === 'absent' || state === 'failed') return { error: 'InformationUnavailable' };
    if (change.activate === (state !== 'busy')) return { error: 'NoEffect' };
    runtime.input({ kind: 'provision', active: change.activate });
    return { values: {} };
  }),
  handle(uim.getSlotStatus, ({ profile, runtime }) => ({ values: slotsOf(profile, runtime.state.sim) })),
  handle(uim.switchSlot, ({ profile }, { logicalSlot, physicalSlot }) => {
    if (logicalSlot !== 1 || physicalSlot < 1 || physicalSlot > detailsOf(profile).simSlots) {
      return { error: 'InvalidArgument' };
    }
    return { error: physicalSlot === 1 ? 'NoEffect' : 'NotSupported' };
  }),
  // Locked to no network: nothing to list, nothing to unlock.
  handle(uim.getConfiguration, (_, { mask = 0xffff_ffff }) => ({
    values: {
      automaticSelection: (mask & configurationBit.automaticSelection) !== 0 ? true : undefined,
      personalization: (mask & configurationBit.personalization) !== 0 ? [] : undefined,
      haltSubscription: (mask & configurationBit.haltSubscription) !== 0 ? false : undefined,
    },
  })),
  handle(uim.depersonalization, () => ({
    error: 'NoEffect',
    values: { retries: { verifyLeft: 10, unblockLeft: 10 } },
  })),
];

export function slotNews(profile: ModemProfile, sim: SimSlot): readonly QmiNews[] {
  return [
    news(uim.cardStatusIndication, { status: cardStatusOf(sim) }),
    news(uim.slotStatusIndication, slotsOf(profile, sim)),
  ];
}

function slotsOf(profile: ModemProfile, { card, powered, state }: SimSlot) {
  const present = card && powered && state !== 'absent';
  const first = {
    card: present ? 'present' : 'absent',
    slot: 'active',
    logicalSlot: 1,
    iccid: present ? swappedDigits(card.iccid) : new Uint8Array(0),
  } as const;
  const second = { card: 'absent', slot: 'inactive', logicalSlot: 0, iccid: new Uint8Array(0) } as const;
  const others = Array.from({ length: detailsOf(profile).simSlots - 1 });
  const nothing = { protocol: 'unknown', applications: 0, atr: new Uint8Array(0), isEuicc: false } as const;
  const information = present
    ? ({ protocol: 'uicc', applications: 1, atr: cardAtr, isEuicc: false } as const)
    : nothing;
  return {
    status: [first, ...others.map(() => second)],
    information: [information, ...others.map(() => nothing)],
  };
}
