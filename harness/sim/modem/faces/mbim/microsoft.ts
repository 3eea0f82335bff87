import { createHash } from 'node:crypto';

import * as ms from '../../../../protocols/mbim/microsoft.ts';
import { detailsOf } from '../../model-details.ts';
import type { ModemProfile } from '../../profile.ts';
import { contextOf, isAttached, type ModemState } from '../../state.ts';
import { capsOf } from './device.ts';
import { handle, type MbimCall, type MbimHandler } from './handler.ts';

/** Windows 8 wants these of every modem. */
const ofWindows8: readonly MbimHandler[] = [
  handle(ms.firmwareId)({ query: ({ profile }) => ({ values: { firmwareId: firmwareIdOf(profile) } }) }),
  // Nothing is to be saved.
  handle(ms.hostShutdown)({ set: () => ({ values: {} }) }),
];

/** The maker gives each firmware one; it is in no source: this one is made from its version. */
function firmwareIdOf({ identity }: ModemProfile): string {
  const hash = createHash('sha1').update(`${identity.model} ${identity.version}`).digest('hex');
  return hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** One SIM slot is in use, the first one. */
const EXECUTOR = 0;

const extensions: readonly MbimHandler[] = [
  handle(ms.systemCaps)({
    query: ({ profile }) => ({
      values: {
        executors: 1,
        slots: detailsOf(profile).simSlots,
        concurrency: 1,
        modemId: BigInt(`0x${firmwareIdOf(profile).slice(0, 8)}`),
      },
    }),
  }),
  handle(ms.deviceCapsV2)({
    query: ({ profile }) => ({ values: { ...capsOf(profile), executor: EXECUTOR } }),
  }),
  handle(ms.deviceSlotMappings)({
    query: () => ({ values: { slots: [{ slot: 0 }] } }),
    set: (_, { slots }) =>
      slots.length === 1 && slots[0]?.slot === 0 ? { values: { slots } } : { status: 'InvalidParameters' },
  }),
  handle(ms.slotInfoStatus)({
    query: ({ profile, runtime }, { slot }) => {
      if (slot >= detailsOf(profile).simSlots) return { status: 'InvalidParameters' };
      return { values: { slot, state: slot === 0 ? slotState(runtime.state) : 'offEmpty' } };
    },
  }),
  handle(ms.lteAttachConfiguration)({
    query: (call) => {
      const { attachment, ipType } = attachmentOf(call);
      const settings = { ipType, source: 'modem' as const, ...attachment };
      const roamings = ['home', 'partner', 'nonPartner'] as const;
      return { values: { configurations: roamings.map((roaming) => ({ ...settings, roaming })) } };
    },
  }),
  handle(ms.lteAttachInfo)({
    query: (call) => {
      const { attachment, ipType } = attachmentOf(call);
      if (!isAttached(call.runtime.state)) {
        return { values: { state: 'detached', ipType: 'default', ...attachment, accessString: '' } };
      }
      return { values: { state: 'attached', ipType, ...attachment } };
    },
  }),
];

function slotState({ sim }: ModemState): 'offEmpty' | 'off' | 'empty' | 'notReady' | 'active' | 'error' {
  if (!sim.powered) return sim.card ? 'off' : 'offEmpty';
  if (!sim.card || sim.state === 'absent') return 'empty';
  if (sim.state === 'busy') return 'notReady';
  return sim.state === 'failed' ? 'error' : 'active';
}

const ipTypes = { IP: 'ipv4', IPV6: 'ipv6', IPV4V6: 'ipv4v6', PPP: 'default' } as const;

/** The context that the modem attaches with. */
function attachmentOf({ runtime }: MbimCall) {
  const { attachList, defaultProfile } = runtime.state.stored.calls;
  const context = contextOf(runtime.state, attachList[0] ?? defaultProfile);
  const method = context?.credentials?.method;
  return {
    ipType: ipTypes[context?.type ?? 'PPP'],
    attachment: {
      accessString: context?.apn ?? '',
      userName: context?.credentials?.user ?? '',
      // Never told.
      password: '',
      compression: 'none',
      authProtocol: method === 'pap' || method === 'chap' ? method : 'none',
    },
  } as const;
}

export function microsoftHandlers(profile: ModemProfile): readonly MbimHandler[] {
  return detailsOf(profile).mbimExtensions ? [...ofWindows8, ...extensions] : ofWindows8;
}
