import { bytes, choice, flag, list, struct, text, u16, u32, u8, fixedText } from '../../binary/field.ts';
import { mandatory, optional, qmiCommand } from '../declare.ts';

export const imageType = { modem: 0, pri: 1 } as const;

/** Names an image: firmware by its build, a carrier's configuration (PRI) by its unique id as well. */
const imageId = struct({ type: choice(imageType), uniqueId: bytes(16), buildId: text(u8) });

export const setFirmwareId = qmiCommand({
  service: 'dms',
  id: 0x003e,
  name: 'Set Firmware ID',
  request: {},
  response: {},
});

export const getFirmwarePreference = qmiCommand({
  service: 'dms',
  id: 0x0047,
  name: 'Get Firmware Preference',
  request: {},
  response: { images: optional(0x01, list(u8, imageId)) },
});

export const setFirmwarePreference = qmiCommand({
  service: 'dms',
  id: 0x0048,
  name: 'Set Firmware Preference',
  request: {
    images: mandatory(0x01, list(u8, imageId)),
    downloadOverride: optional(0x10, flag),
    modemStorageIndex: optional(0x11, u8),
  },
  /** What the modem has not and wants downloaded. */
  response: { toDownload: optional(0x01, list(u8, choice(imageType))) },
});

export const listStoredImages = qmiCommand({
  service: 'dms',
  id: 0x0049,
  name: 'List Stored Images',
  request: {},
  response: {
    list: optional(
      0x01,
      list(
        u8,
        struct({
          type: choice(imageType),
          maximum: u8,
          running: u8,
          images: list(
            u8,
            struct({ storageIndex: u8, failures: u8, uniqueId: bytes(16), buildId: text(u8) }),
          ),
        }),
      ),
    ),
  },
});

export const deleteStoredImage = qmiCommand({
  service: 'dms',
  id: 0x004a,
  name: 'Delete Stored Image',
  request: { image: mandatory(0x01, imageId) },
  response: {},
});

export const getStoredImageInfo = qmiCommand({
  service: 'dms',
  id: 0x004c,
  name: 'Get Stored Image Info',
  request: { image: mandatory(0x01, imageId) },
  response: {
    bootVersion: optional(0x10, struct({ major: u16, minor: u16 })),
    priVersion: optional(0x11, struct({ version: u32, info: fixedText(32) })),
    oemLockId: optional(0x12, u32),
  },
});

const downloadMode = choice({ normal: 0, 'boot-and-recovery': 1 });

export const getBootImageDownloadMode = qmiCommand({
  service: 'dms',
  id: 0x004f,
  name: 'Get Boot Image Download Mode',
  request: {},
  response: { mode: optional(0x10, downloadMode) },
});

export const setBootImageDownloadMode = qmiCommand({
  service: 'dms',
  id: 0x0050,
  name: 'Set Boot Image Download Mode',
  request: { mode: mandatory(0x01, downloadMode) },
  response: {},
});
