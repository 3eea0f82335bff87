import * as dms from '../../../../../protocols/qmi/dms/operation.ts';
import { detailsOf } from '../../../model-details.ts';
import type { Stored } from '../../../stored.ts';
import { createModemState } from '../../../state.ts';
import { handle, type QmiCall, type QmiHandler } from '../handler.ts';

/** As every modem is delivered. */
const SERVICE_PROGRAMMING_CODE = '000000';
const MAX_USER_DATA = 512;

/** What users can store in the modem, and how it all goes back to what it was. */
export const memoryHandlers: readonly QmiHandler[] = [
  // CDMA alone was ever activated over the air.
  handle(dms.getActivationState, () => ({ values: { state: 'not-activated' as const } })),
  handle(dms.activateAutomatic, () => ({ error: 'DeviceUnsupported' })),
  handle(dms.activateManual, () => ({ error: 'DeviceUnsupported' })),
  handle(dms.readEriFile, () => ({ error: 'NotProvisioned' })),
  handle(dms.getUserLockState, ({ runtime }) => ({ values: { enabled: runtime.state.stored.locked } })),
  handle(dms.setUserLockState, (call, { info }) => withLockCode(call, info.code, { locked: info.enabled })),
  handle(dms.setUserLockCode, (call, { info }) =>
    /^\d{4}$/.test(info.newCode)
      ? withLockCode(call, info.oldCode, { lockCode: info.newCode })
      : { error: 'InvalidArgument' },
  ),
  handle(dms.readUserData, ({ runtime }) => {
    const { userData } = runtime.state.stored;
    return userData ? { values: { data: userData } } : { error: 'NotProvisioned' };
  }),
  handle(dms.writeUserData, (call, { data }) => {
    if (data.length > MAX_USER_DATA) return { error: 'ArgumentTooLong' };
    store(call, { userData: data.slice() });
    return { values: {} };
  }),
  handle(dms.validateServiceProgrammingCode, (_, { code }) =>
    code === SERVICE_PROGRAMMING_CODE ? { values: {} } : { error: 'AuthenticationFailed' },
  ),
  handle(dms.restoreFactoryDefaults, (call, { code }) => {
    if (code !== SERVICE_PROGRAMMING_CODE) return { error: 'AuthenticationFailed' };
    restore(call);
    return { values: {} };
  }),
];

function withLockCode(call: QmiCall, code: string, change: Partial<Stored>) {
  if (code !== call.runtime.state.stored.lockCode) return { error: 'AuthenticationFailed' } as const;
  store(call, change);
  return { values: {} };
}

function store({ runtime }: QmiCall, change: Partial<Stored>): void {
  runtime.input({ kind: 'store', change });
}

function restore({ profile, runtime }: QmiCall): void {
  const { traits, environment, composition } = runtime.state;
  const { contexts, lteBands } = profile;
  const fresh = createModemState({
    traits,
    environment,
    contexts,
    lteBands,
    composition: composition.pending,
    carrierConfigs: detailsOf(profile).carrierConfigs,
  });
  runtime.input({ kind: 'store', change: fresh.stored });
  runtime.input({ kind: 'setLteBands', bands: lteBands });
  runtime.input({ kind: 'setRadioAccess', access: fresh.radio.access });
  runtime.input({ kind: 'selectNetwork', selection: 'automatic' });
  for (const context of contexts) runtime.input({ kind: 'defineContext', context });
}
