import {
  cellularClass,
  dataClass,
  deviceCaps,
  deviceServices,
  deviceServiceSubscribeList,
  emergencyMode,
  networkIdleHint,
} from '../../../../protocols/mbim/basic-connect/device.ts';
import type { ValueOf } from '../../../../protocols/binary/field.ts';
import type { MbimCommand } from '../../../../protocols/mbim/declare.ts';
import type { ModemProfile } from '../../profile.ts';
import { handle, type MbimHandler } from './handler.ts';
import { MAX_SESSIONS } from './sessions.ts';
import { NEVER_REPORTED } from './settings.ts';

const { umts, hsdpa, hsupa, lte } = dataClass;

// An EM7455 calls itself "remote" (libmbim-devel, 2016-04-24).
function deviceType({ at }: ModemProfile): 'remote' | 'embedded' {
  return at.vendor === 'sierra' ? 'remote' : 'embedded';
}

/** What DEVICE_CAPS says, MBIM's own and Microsoft's. */
export function capsOf(profile: ModemProfile): ValueOf<typeof deviceCaps.response> {
  return {
    deviceType: deviceType(profile),
    cellularClass: cellularClass.gsm,
    voiceClass: 'noVoice',
    simClass: 0b10,
    dataClass: umts | hsdpa | hsupa | lte,
    smsCaps: 0b11,
    controlCaps: 0b1,
    maxSessions: MAX_SESSIONS,
    customDataClass: 'HSPA+',
    deviceId: profile.identity.imei,
    // The first word of the revision: what follows in a Sierra's is the build.
    firmwareInfo: profile.identity.revision.split(' ')[0] ?? '',
    hardwareInfo: profile.identity.model,
  };
}

const caps = handle(deviceCaps)({ query: ({ profile }) => ({ values: capsOf(profile) }) });

const idleHint = handle(networkIdleHint)({
  query: ({ settings }) => ({ values: { state: settings.idleHint ? 'on' : 'off' } }),
  set: ({ settings }, { state }) => {
    settings.idleHint = state === 'on';
    return { values: { state } };
  },
});

const emergency = handle(emergencyMode)({ query: () => ({ values: { state: 'off' } }) });

const subscribeList = handle(deviceServiceSubscribeList)({
  set: (call, { events }) => {
    const { settings } = call;
    settings.subscribed = new Map(events.map(({ service, cids }) => [service, new Set(cids)]));
    settings.reportedRssi = NEVER_REPORTED;
    return { values: { events }, afterwards: call.lookAtSignal };
  },
});

/** The list of everything that `commands` are, itself included. */
function services(commands: () => readonly MbimCommand[]): MbimHandler {
  return handle(deviceServices)({
    query: () => {
      const all = commands();
      const cidsOf = (wanted: string): number[] =>
        all.filter(({ service }) => service === wanted).map(({ cid }) => cid);
      return {
        values: {
          maxDssSessions: 0,
          services: [...new Set(all.map(({ service }) => service))].map((service) => ({
            service,
            dssPayload: 0,
            maxDssInstances: 0,
            cids: cidsOf(service).sort((a, b) => a - b),
          })),
        },
      };
    },
  });
}

/** @param commands all that the modem knows */
export function deviceHandlers(commands: () => readonly MbimCommand[]): readonly MbimHandler[] {
  return [caps, services(commands), subscribeList, idleHint, emergency];
}
