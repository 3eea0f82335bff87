import type { Ms } from '../../../../core/units.ts';
import { homeProvider, registerState } from '../../../../protocols/mbim/basic-connect/registration.ts';
import { connect, ipConfiguration } from '../../../../protocols/mbim/basic-connect/session.ts';
import { deviceCaps } from '../../../../protocols/mbim/basic-connect/device.ts';
import type { subscriberReadyStatus } from '../../../../protocols/mbim/basic-connect/subscriber.ts';
import type { packetService } from '../../../../protocols/mbim/basic-connect/registration.ts';
import type { MbimCommand } from '../../../../protocols/mbim/declare.ts';
import type { HandlerScript } from './handler-script.ts';

/** One run of umbim on a small router. */
export const UMBIM_MS: Ms = 200;
/** umbim, of a modem that does not answer. */
export const MUTE = 'ERROR: mbim message timeout';

/** mbim.sh puts its process number before what it says itself. */
export const sayMbim = (script: HandlerScript, text: string): void =>
  script.print(`mbim[${script.pid}] ${text}`);

/** What a command answers. */
export type AnswerOf<C> =
  C extends MbimCommand<never, never, infer R>
    ? R
    : C extends MbimCommand<infer _Q, infer _S, infer R>
      ? R
      : never;

// umbim prints every field of an answer: names and numbers as its mbim-enum tables have them.
const deviceTypes = { unknown: 0, embedded: 1, removable: 2, remote: 3 } as const;
const voiceClasses = {
  unknown: [0, 'unknown'],
  noVoice: [1, 'no-voice'],
  separated: [2, 'separated-voice-data'],
  simultaneous: [3, 'simultaneous-voice-data'],
} as const;
const registerStates = {
  unknown: 0,
  deregistered: 1,
  searching: 2,
  home: 3,
  roaming: 4,
  partner: 5,
  denied: 6,
} as const;
const registerModes = { unknown: 0, automatic: 1, manual: 2 } as const;
const activationStates = {
  unknown: 0,
  activated: 1,
  activating: 2,
  deactivated: 3,
  deactivating: 4,
} as const;
const voiceStates = { none: 0, inProgress: 1, hangUp: 2 } as const;
const ipTypes = { default: 0, ipv4: 1, ipv6: 2, ipv4v6: 3, ipv4AndIpv6: 4 } as const;
const packetStates = { unknown: 0, attaching: 1, attached: 2, detaching: 3, detached: 4 } as const;

export function capsLines(caps: AnswerOf<typeof deviceCaps>): readonly string[] {
  const [voiceClass, voiceClassName] = voiceClasses[caps.voiceClass];
  return [
    `devicetype: ${hex4(deviceTypes[caps.deviceType])} - ${caps.deviceType}`,
    `cellularclass: ${hex4(caps.cellularClass)}`,
    `voiceclass: ${hex4(voiceClass)} - ${voiceClassName}`,
    `simclass: ${hex4(caps.simClass)}`,
    `dataclass: ${hex4(caps.dataClass)}`,
    `smscaps: ${hex4(caps.smsCaps)}`,
    `controlcaps: ${hex4(caps.controlCaps)}`,
    `maxsessions: ${hex4(caps.maxSessions)}`,
    `deviceid: ${caps.deviceId}`,
    `firmwareinfo: ${caps.firmwareInfo}`,
    `hardwareinfo: ${caps.hardwareInfo}`,
  ];
}

export function registrationLines(answer: AnswerOf<typeof registerState>): readonly string[] {
  const { registerState: state, registerMode: mode, availableDataClasses: classes } = answer;
  return [
    `nwerror: ${hex4(answer.nwError)} - unknown`,
    `registerstate: ${hex4(registerStates[state])} - ${state}`,
    `registermode: ${hex4(registerModes[mode])} - ${mode}`,
    `availabledataclasses: ${hex4(classes)} - ${classes === 0x20 ? 'lte' : '(null)'}`,
    `currentcellularclass: ${hex4(answer.currentCellularClass)} - gsm`,
    `provider_id: ${answer.providerId || '(null)'}`,
    `provider_name: ${answer.providerName || '(null)'}`,
    `roamingtext: ${answer.roamingText || '(null)'}`,
  ];
}

export function homeLines(provider: AnswerOf<typeof homeProvider>): readonly string[] {
  return [
    `provider_id: ${provider.providerId || '(null)'}`,
    `provider_name: ${provider.providerName || '(null)'}`,
    `cellularclass: ${hex4(provider.cellularClass)} - gsm`,
    `rssi: ${hex4(provider.rssi)}`,
    `errorrate: ${hex4(provider.errorRate)}`,
  ];
}

/** Of a card that is read; others are told by fewer words. */
export function subscriberLines(status: AnswerOf<typeof subscriberReadyStatus>): readonly string[] {
  return [
    'readystate: 0001 - initialized',
    `simiccid: ${status.simIccId}`,
    `subscriberid: ${status.subscriberId}`,
  ];
}

export function packetServiceLines(answer: AnswerOf<typeof packetService>): readonly string[] {
  return [
    `nwerror: ${hex4(answer.nwError)} - unknown`,
    `packetservicestate: ${hex4(packetStates[answer.state])} - ${answer.state}`,
    `uplinkspeed: ${answer.uplinkSpeed}`,
    `downlinkspeed: ${answer.downlinkSpeed}`,
  ];
}

export function connectLines(answer: AnswerOf<typeof connect>): readonly string[] {
  return [
    `sessionid: ${answer.sessionId}`,
    `activationstate: ${hex4(activationStates[answer.activationState])} - ${answer.activationState}`,
    `voicecallstate: ${hex4(voiceStates[answer.voiceCallState])} - ${answer.voiceCallState}`,
    `nwerror: ${hex4(answer.nwError)} - unknown`,
    `iptype: ${hex4(ipTypes[answer.ipType])} - ${answer.ipType}`,
  ];
}

export function configurationLines(answer: AnswerOf<typeof ipConfiguration>): readonly string[] {
  return [
    ...answer.ipv4Addresses.map(({ address, prefixLength }) => `ipv4address: ${address}/${prefixLength}`),
    ...(answer.ipv4Gateway === undefined ? [] : [`ipv4gateway: ${answer.ipv4Gateway}`]),
    `ipv4mtu: ${answer.ipv4Mtu}`,
    ...answer.ipv4Dns.map((server) => `ipv4dnsserver: ${server}`),
  ];
}

function hex4(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0');
}
