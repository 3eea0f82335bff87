import { choice, list, struct, u32, u64, type Field, type ValueOf } from '../../binary/field.ts';
import { nothing } from '../declare.ts';
import { nested, string, uuid } from '../fields.ts';
import { basicConnect } from './declare.ts';

/** MBIM_DATA_CLASS: bits. */
export const dataClass = { gprs: 1, edge: 2, umts: 4, hsdpa: 8, hsupa: 16, lte: 32 } as const;
export const cellularClass = { none: 0, gsm: 1, cdma: 2 } as const;

/** Also those of Microsoft's DEVICE_CAPS, which has one more. */
export const deviceCapsFields = {
  deviceType: choice({ unknown: 0, embedded: 1, removable: 2, remote: 3 }, u32),
  cellularClass: u32,
  voiceClass: choice({ unknown: 0, noVoice: 1, separated: 2, simultaneous: 3 }, u32),
  /** Bit 0: logical, bit 1: removable. */
  simClass: u32,
  dataClass: u32,
  /** Bit 0: PDU receive, bit 1: PDU send. */
  smsCaps: u32,
  /** Bit 0: manual registration, bit 1: hardware radio switch. */
  controlCaps: u32,
  maxSessions: u32,
  customDataClass: string,
  deviceId: string,
  firmwareInfo: string,
  hardwareInfo: string,
} as const;

export const deviceCaps = basicConnect({
  cid: 1,
  name: 'DEVICE_CAPS',
  query: nothing,
  response: struct(deviceCapsFields),
});

const deviceService = nested(
  struct({
    service: uuid,
    /** Bit 0: host to device, bit 1: device to host. */
    dssPayload: u32,
    maxDssInstances: u32,
    cids: list(u32, u32),
  }),
);

interface DeviceServices {
  readonly maxDssSessions: number;
  readonly services: readonly ValueOf<typeof deviceService>[];
}

// The limit stands between the number of services and the services.
const services: Field<DeviceServices> = {
  read: (from) => {
    const length = from.u32();
    const maxDssSessions = from.u32();
    return { maxDssSessions, services: Array.from({ length }, () => deviceService.read(from)) };
  },
  write: (to, value) => {
    to.u32(value.services.length);
    to.u32(value.maxDssSessions);
    for (const service of value.services) deviceService.write(to, service);
  },
};

export const deviceServices = basicConnect({
  cid: 16,
  name: 'DEVICE_SERVICES',
  query: nothing,
  response: services,
});

const events = list(u32, nested(struct({ service: uuid, cids: list(u32, u32) })));

export const deviceServiceSubscribeList = basicConnect({
  cid: 19,
  name: 'DEVICE_SERVICE_SUBSCRIBE_LIST',
  /** A service without cids stands for all of them. */
  set: struct({ events }),
  response: struct({ events }),
});

export const packetStatistics = basicConnect({
  cid: 20,
  name: 'PACKET_STATISTICS',
  query: nothing,
  response: struct({
    inDiscards: u32,
    inErrors: u32,
    inOctets: u64,
    inPackets: u64,
    outOctets: u64,
    outPackets: u64,
    outErrors: u32,
    outDiscards: u32,
  }),
});

const onOff = choice({ off: 0, on: 1 }, u32);

export const networkIdleHint = basicConnect({
  cid: 21,
  name: 'NETWORK_IDLE_HINT',
  query: nothing,
  set: struct({ state: onOff }),
  response: struct({ state: onOff }),
});

export const emergencyMode = basicConnect({
  cid: 22,
  name: 'EMERGENCY_MODE',
  query: nothing,
  response: struct({ state: onOff }),
  indicates: true,
});
