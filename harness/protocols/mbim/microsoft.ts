import { choice, list, struct, u32, u64 } from '../binary/field.ts';
import { authProtocol, compression, ipType } from './basic-connect/session.ts';
import { deviceCapsFields } from './basic-connect/device.ts';
import { mbimCommand, nothing, type MbimCommand, type MbimCommandSpec } from './declare.ts';
import { nested, string, uuid } from './fields.ts';
import { mbimService } from './services.ts';

// Services that Microsoft has added to MBIM 1.0 (libmbim, data/mbim-service-ms-*.json).

export const firmwareId = mbimCommand({
  service: mbimService.firmwareId,
  cid: 1,
  name: 'FIRMWARE_ID',
  query: nothing,
  response: struct({ firmwareId: uuid }),
});

export const hostShutdown = mbimCommand({
  service: mbimService.hostShutdown,
  cid: 1,
  name: 'HOST_SHUTDOWN',
  set: nothing,
});

function extension<Q = never, S = never, R = never>(
  spec: Omit<MbimCommandSpec<Q, S, R>, 'service'>,
): MbimCommand<Q, S, R> {
  return mbimCommand({ service: mbimService.extensions, ...spec });
}

const access = { accessString: string, userName: string, password: string, compression, authProtocol };

export const lteAttachConfiguration = extension({
  cid: 3,
  name: 'LTE_ATTACH_CONFIGURATION',
  query: nothing,
  response: struct({
    configurations: list(
      u32,
      nested(
        struct({
          ipType,
          roaming: choice({ home: 0, partner: 1, nonPartner: 2 }, u32),
          source: choice({ admin: 0, user: 1, operator: 2, modem: 3, device: 4 }, u32),
          ...access,
        }),
      ),
    ),
  }),
});

export const lteAttachInfo = extension({
  cid: 4,
  name: 'LTE_ATTACH_INFO',
  query: nothing,
  response: struct({ state: choice({ detached: 0, attached: 1 }, u32), ipType, ...access }),
});

export const systemCaps = extension({
  cid: 5,
  name: 'SYS_CAPS',
  query: nothing,
  response: struct({ executors: u32, slots: u32, concurrency: u32, modemId: u64 }),
});

export const deviceCapsV2 = extension({
  cid: 6,
  name: 'DEVICE_CAPS',
  query: nothing,
  response: struct({ ...deviceCapsFields, executor: u32 }),
});

const slotMap = struct({ slots: list(u32, nested(struct({ slot: u32 }))) });

export const deviceSlotMappings = extension({
  cid: 7,
  name: 'DEVICE_SLOT_MAPPINGS',
  query: nothing,
  set: slotMap,
  response: slotMap,
});

export const slotInfoStatus = extension({
  cid: 8,
  name: 'SLOT_INFO_STATUS',
  query: struct({ slot: u32 }),
  response: struct({
    slot: u32,
    state: choice(
      {
        unknown: 0,
        offEmpty: 1,
        off: 2,
        empty: 3,
        notReady: 4,
        active: 5,
        error: 6,
        activeEsim: 7,
        activeEsimNoProfile: 8,
      },
      u32,
    ),
  }),
});
