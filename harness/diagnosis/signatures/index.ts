import type { Signature } from '../signature.ts';
import { atPort } from './at-port.ts';
import { bootLoader } from './boot-loader.ts';
import { composition } from './composition.ts';
import { crashes } from './crashes.ts';
import { dataPath } from './data-path.ts';
import { dataSession } from './data-session.ts';
import { dial } from './dial.ts';
import { drivers } from './drivers.ts';
import { echoLoss } from './echo-loss.ts';
import { flash } from './flash.ts';
import { lookAlike } from './look-alike.ts';
import { lowPower } from './low-power.ts';
import { mbimControl } from './mbim-control.ts';
import { modeSwitch } from './mode-switch.ts';
import { monitors } from './monitors.ts';
import { noAddress } from './no-lease.ts';
import { nodes } from './nodes.ts';
import { owners } from './owners.ts';
import { pcie } from './pcie.ts';
import { radio } from './radio.ts';
import { registration } from './registration.ts';
import { sessionEnd } from './session-end.ts';
import { simAbsent } from './sim-absent.ts';
import { simLock } from './sim-lock.ts';
import { simState } from './sim-state.ts';
import { takenDown } from './taken-down.ts';
import { uqmiControl } from './uqmi-control.ts';
import { usbElectrical } from './usb-electrical.ts';
import { usbLoss } from './usb-loss.ts';
import { usbPortErrors } from './usb-port-errors.ts';

/** All that diagnosis knows, a file for each family of faults. */
export const signatures: readonly Signature[] = [
  ...usbElectrical,
  ...bootLoader,
  ...usbLoss,
  ...usbPortErrors,
  ...drivers,
  ...modeSwitch,
  ...pcie,
  ...composition,
  ...nodes,
  ...owners,
  ...crashes,
  ...uqmiControl,
  ...mbimControl,
  ...atPort,
  ...simAbsent,
  ...simState,
  ...simLock,
  ...lowPower,
  ...registration,
  ...radio,
  ...dial,
  ...echoLoss,
  ...dataSession,
  ...noAddress,
  ...sessionEnd,
  ...takenDown,
  ...dataPath,
  ...monitors,
  ...flash,
  ...lookAlike,
];
