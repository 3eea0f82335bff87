import * as dms from '../../../../../protocols/qmi/dms/operation.ts';
import type { OperatingMode } from '../../../../../protocols/qmi/dms/operation.ts';
import type { QmiErrorName } from '../../../../../protocols/qmi/result.ts';
import type { Runtime } from '../../../runtime.ts';
import { isHeldDown, type ModemState } from '../../../state.ts';
import { handle, type QmiHandler } from '../handler.ts';

/** Offline reason: the versions of firmware and carrier configuration do not belong together. */
const PRI_VERSION_INCOMPATIBLE = 0x04;

export const operationHandlers: readonly QmiHandler[] = [
  handle(dms.getPowerState, () => ({ values: { info: { flags: 0x01, batteryLevel: 0 } } })),
  handle(dms.getOperatingMode, ({ runtime }) => {
    const { voters } = runtime.state.radio;
    return {
      values: {
        mode: modeOf(runtime.state),
        offlineReason: voters.imageSwitch ? PRI_VERSION_INCOMPATIBLE : undefined,
        hardwareRestricted: voters.wDisable,
      },
    };
  }),
  handle(dms.setOperatingMode, ({ runtime }, { mode }) => {
    const error = obstacle(runtime.state, mode);
    if (error) return { error };
    setMode(runtime, mode);
    return { values: {} };
  }),
  handle(dms.setFccAuthentication, ({ profile, runtime }) => {
    if (profile.at.vendor !== 'sierra') return { error: 'InvalidQmiCommand' };
    // Nothing waits for it: modemmanager-devel 2016-08, "gobi 3000 mc8355 error: couldn't set FCC auth".
    if (!runtime.state.radio.voters.bios) return { error: 'NoEffect' };
    runtime.input({ kind: 'authenticateFcc' });
    return { values: {} };
  }),
];

export function modeOf({ radio }: ModemState): OperatingMode {
  if (radio.functionality === 7) return 'offline';
  if (radio.functionality === 5) return 'factory-test';
  if (radio.lowPowerPersists) return 'persistent-low-power';
  return radio.functionality === 1 && !isHeldDown(radio.voters) ? 'online' : 'low-power';
}

function obstacle({ radio }: ModemState, mode: OperatingMode): QmiErrorName | undefined {
  if (mode === 'reset' || mode === 'shutting-down' || mode === 'offline') return undefined;
  if (radio.functionality === 7) return 'InvalidTransition';
  if (mode === 'factory-test') return radio.functionality === 4 ? undefined : 'InvalidTransition';
  if (mode !== 'online') return undefined;
  // ModemManager takes this error for an FCC lock and starts its unlock script.
  if (radio.voters.bios || radio.voters.imageSwitch) return 'InvalidTransition';
  if (radio.voters.wDisable) return 'HardwareRestricted';
  return radio.voters.temperature || radio.voters.voltage ? 'IncompatibleState' : undefined;
}

const levels = {
  online: 1,
  'low-power': 4,
  'factory-test': 5,
  offline: 7,
  'persistent-low-power': 4,
  'mode-only-low-power': 4,
} as const;

function setMode(runtime: Runtime, mode: OperatingMode): void {
  if (mode === 'reset') runtime.input({ kind: 'reset' });
  else if (mode === 'shutting-down') runtime.input({ kind: 'shutDown' });
  else {
    runtime.input({
      kind: 'setFunctionality',
      level: levels[mode],
      persists: mode === 'persistent-low-power',
    });
  }
}
