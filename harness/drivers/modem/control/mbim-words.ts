import type { Registration, SimState } from '../../../rig/modem.ts';

/** Words of libmbim and umbim for MBIM_SUBSCRIBER_READY_STATE; `device-locked` needs another look. */
export const readyStates: Readonly<Record<string, SimState | 'locked'>> = {
  initialized: 'ready',
  'not-initialized': 'busy',
  'sim-not-inserted': 'absent',
  'device-locked': 'locked',
};

/** Of MBIM_REGISTER_STATE. A partner's network is not the home network. */
export const registerStates: Readonly<Record<string, Registration>> = {
  home: 'home',
  roaming: 'roaming',
  partner: 'roaming',
  searching: 'searching',
  deregistered: 'idle',
  denied: 'denied',
};
