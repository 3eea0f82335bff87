import type { TlvValues } from '../../../../../protocols/qmi/declare.ts';
import {
  profileError,
  profilePdpType,
  profileType,
  wdsCreateProfile,
  wdsDeleteProfile,
  wdsGetDefaultProfileNumber,
  wdsGetDefaultSettings,
  wdsGetProfileList,
  wdsGetProfileSettings,
  wdsModifyProfile,
  wdsProfileChanged,
  wdsSetDefaultProfileNumber,
  wdsSwiCreateProfileIndexed,
} from '../../../../../protocols/qmi/wds-profile.ts';
import type { Credentials, PdpType } from '../../../../network/network.ts';
import { contextOf, type ModemState, type PdpContext } from '../../../state.ts';
import { onlySierra } from '../only-sierra.ts';
import { handle, news, type QmiCall, type QmiHandler } from '../handler.ts';
import { authenticationOf, isInternal, methodOf } from './context.ts';
import { callSettings, setCalls } from './call-settings.ts';
import type { WdsFace } from './face.ts';

type Settings = Omit<TlvValues<(typeof wdsCreateProfile)['request']>, 'type'>;
type ProfileId = { readonly type: number; readonly index: number };
type Refusal = {
  readonly error:
    'InvalidProfile' | 'InvalidProfileType' | 'NoFreeProfile' | 'InvalidPdpType' | 'ExtendedInternal';
  readonly values: { readonly extendedError: number };
};

const { gpp, all } = profileType;
/** Profiles are the contexts of AT+CGDCONT, whose numbers end here on Qualcomm's firmware. */
const LAST_PROFILE = 16;
const profileChange = { created: 1, deleted: 2, modified: 3 } as const;

/** Profiles: the modem's PDP contexts by another name. */
export function profileHandlers(face: WdsFace): readonly QmiHandler[] {
  return [
    handle(wdsCreateProfile, (call, { type, ...settings }) => {
      if (type !== gpp) return wrongType();
      const index = freeIndex(call.runtime.state);
      if (index === undefined) return refusal('NoFreeProfile', profileError.outOfProfiles);
      return create(face, call, { type, index }, settings);
    }),
    handle(
      wdsSwiCreateProfileIndexed,
      onlySierra((call, { profile, ...settings }) => {
        if (profile.type !== gpp) return wrongType();
        const { index } = profile;
        const free = index >= 1 && index <= LAST_PROFILE && !contextOf(call.runtime.state, index);
        if (!free) return refusal('InvalidProfile', profileError.invalidNumber);
        return create(face, call, profile, settings);
      }),
    ),
    handle(wdsModifyProfile, (call, { profile, ...settings }) => {
      const present = find(call, profile);
      if ('error' in present) return present;
      return write(face, call, present, settings, profileChange.modified) ?? { values: {} };
    }),
    handle(wdsDeleteProfile, (call, { profile }) => {
      const present = find(call, profile);
      if ('error' in present) return present;
      call.runtime.input({ kind: 'undefineContext', cid: present.cid });
      // It stays while a call runs in it.
      if (contextOf(call.runtime.state, present.cid)) return refusal('InvalidProfile', profileError.fail);
      return { values: {}, afterwards: () => tellChange(face, present.cid, profileChange.deleted) };
    }),
    handle(wdsGetProfileList, ({ runtime }, { type = gpp }) => {
      if (type !== gpp && type !== all) return wrongType();
      const profiles = runtime.state.contexts
        .filter((context) => !isInternal(context))
        .map((context) => ({ type: gpp, index: context.cid, name: nameOf(context) }));
      return { values: { profiles } };
    }),
    handle(wdsGetProfileSettings, (call, { profile }) => {
      const present = find(call, profile);
      return 'error' in present ? present : { values: settingsOf(present) };
    }),
    handle(wdsGetDefaultSettings, (_call, { type }) =>
      type === gpp ? { values: settingsOf({ cid: 0, type: 'IP', apn: '', name: '' }) } : wrongType(),
    ),
    handle(wdsGetDefaultProfileNumber, (call, { profile }) =>
      profile.type === gpp ? { values: { index: callSettings(call).defaultProfile } } : wrongType(),
    ),
    handle(wdsSetDefaultProfileNumber, (call, { profile }) => {
      const present = find(call, profile);
      if ('error' in present) return present;
      setCalls(call, { defaultProfile: present.cid });
      return { values: {} };
    }),
  ];
}

function create(face: WdsFace, call: QmiCall, profile: ProfileId, settings: Settings) {
  const fresh: PdpContext = { cid: profile.index, type: 'IP', apn: '' };
  return write(face, call, fresh, settings, profileChange.created) ?? { values: { profile } };
}

/** @returns what stands in the way */
function write(
  face: WdsFace,
  { runtime }: QmiCall,
  before: PdpContext,
  settings: Settings,
  change: number,
): Refusal | undefined {
  const type = settings.pdpType === undefined ? before.type : pdpTypeOf(settings.pdpType);
  if (!type) return refusal('InvalidPdpType', profileError.invalidArgument);
  runtime.input({
    kind: 'defineContext',
    context: {
      cid: before.cid,
      type,
      apn: settings.apn ?? before.apn,
      credentials: credentials(before.credentials, settings),
      name: settings.name ?? before.name,
      disabled: settings.apnDisabled ?? before.disabled,
      homeOnly: settings.roamingDisallowed ?? before.homeOnly,
    },
  });
  tellChange(face, before.cid, change);
  return undefined;
}

/** Parts that are left out stay; a user name that is empty, or no method at all, takes the rest away. */
function credentials(before: Credentials | undefined, settings: Settings): Credentials | undefined {
  const { authentication, user = before?.user ?? '', password = before?.password ?? '' } = settings;
  if (user === '' || authentication === 0) return undefined;
  return {
    method: authentication === undefined && before ? before.method : methodOf(authentication),
    user,
    password,
  };
}

function settingsOf(context: PdpContext): Settings {
  return {
    name: nameOf(context),
    pdpType: profilePdpType[context.type],
    headerCompression: 0,
    dataCompression: 0,
    // uqmi stumbles over a profile without these four, so they are there even when they are empty.
    apn: context.apn,
    user: context.credentials?.user ?? '',
    password: context.credentials?.password ?? '',
    authentication: authenticationOf(context.credentials),
    contextNumber: context.cid,
    apnDisabled: context.disabled ?? false,
    roamingDisallowed: context.homeOnly ?? false,
  };
}

function nameOf({ cid, name }: PdpContext): string {
  return name ?? `profile${cid}`;
}

function find({ runtime }: QmiCall, { type, index }: ProfileId): PdpContext | Refusal {
  if (type !== gpp) return wrongType();
  const context = index < LAST_PROFILE + 1 ? contextOf(runtime.state, index) : undefined;
  return context ?? refusal('InvalidProfile', profileError.invalidNumber);
}

function freeIndex(state: ModemState): number | undefined {
  return Array.from({ length: LAST_PROFILE }, (_, i) => i + 1).find((cid) => !contextOf(state, cid));
}

function pdpTypeOf(number: number): PdpType | undefined {
  return (Object.keys(profilePdpType) as PdpType[]).find((type) => profilePdpType[type] === number);
}

function wrongType(): Refusal {
  return refusal('InvalidProfileType', profileError.invalidType);
}

function refusal(error: Refusal['error'], extendedError: number): Refusal {
  return { error, values: { extendedError } };
}

function tellChange(face: WdsFace, index: number, change: number): void {
  face.tell(news(wdsProfileChanged, { event: { type: gpp, index, change } }));
}
