import * as dms from '../../../../../protocols/qmi/dms/firmware.ts';
import type { ModemProfile } from '../../../profile.ts';
import { handle, type QmiCall, type QmiHandler } from '../handler.ts';
import { onlySierra } from '../only-sierra.ts';

// Sierra keeps several images of firmware (modem) and carrier configuration (PRI). As delivered there is one of each,
// named as AT!IMAGE? names them.
const MAX_MODEM_IMAGES = 4;
const MAX_PRI_IMAGES = 50;
const NO_SLOT = 0xff;

interface Image {
  readonly type: 'modem' | 'pri';
  readonly uniqueId: Uint8Array;
  readonly buildId: string;
}

export function modemImage({ identity }: ModemProfile): Image {
  return { type: 'modem', uniqueId: uniqueId('?_?'), buildId: `${identity.version}_?` };
}

export function priImage({ identity }: ModemProfile): Image {
  return { type: 'pri', uniqueId: uniqueId('002.026_000'), buildId: `${identity.version}_GENERIC` };
}

export const firmwareHandlers: readonly QmiHandler[] = [
  handle(
    dms.getFirmwarePreference,
    onlySierra(({ profile, runtime }) => {
      const wanted = runtime.state.stored.preferredImages;
      const images = [modemImage(profile), priImage(profile)];
      return {
        values: {
          images: images.map((image) => ({ ...image, buildId: wanted?.[image.type] ?? image.buildId })),
        },
      };
    }),
  ),
  handle(
    dms.setFirmwarePreference,
    onlySierra((call, { images }) => {
      const modem = images.find(({ type }) => type === 'modem');
      const pri = images.find(({ type }) => type === 'pri');
      if (!modem || !pri || images.length !== 2) return { error: 'InvalidArgument' };
      const preferredImages = { modem: modem.buildId, pri: pri.buildId };
      call.runtime.input({ kind: 'store', change: { preferredImages } });
      return {
        values: {
          toDownload: [modem, pri].filter((image) => !isStored(call, image)).map(({ type }) => type),
        },
      };
    }),
  ),
  handle(
    dms.listStoredImages,
    onlySierra(({ profile }) => ({
      values: {
        list: [
          stored(modemImage(profile), MAX_MODEM_IMAGES, 1),
          stored(priImage(profile), MAX_PRI_IMAGES, NO_SLOT),
        ],
      },
    })),
  ),
  // What runs can't be deleted, and there is nothing else.
  handle(
    dms.deleteStoredImage,
    onlySierra((call, { image }) => ({
      error: isStored(call, image) ? 'DeviceInUse' : 'NoEntry',
    })),
  ),
  handle(
    dms.getStoredImageInfo,
    onlySierra((call, { image }) => {
      if (!isStored(call, image)) return { error: 'NoEntry' };
      if (image.type === 'pri') return { values: {} };
      const [major = 0, minor = 0] = call.profile.identity.version.split('.').map(Number);
      return { values: { bootVersion: { major, minor } } };
    }),
  ),
  handle(
    dms.getBootImageDownloadMode,
    onlySierra(({ runtime }) => ({
      values: { mode: runtime.state.stored.bootImageDownload },
    })),
  ),
  handle(
    dms.setBootImageDownloadMode,
    onlySierra(({ runtime }, { mode }) => {
      runtime.input({ kind: 'store', change: { bootImageDownload: mode } });
      return { values: {} };
    }),
  ),
];

function stored({ type, uniqueId: id, buildId }: Image, maximum: number, storageIndex: number) {
  return { type, maximum, running: 0, images: [{ storageIndex, failures: 0, uniqueId: id, buildId }] };
}

function isStored({ profile }: QmiCall, image: Image): boolean {
  const mine = image.type === 'modem' ? modemImage(profile) : priImage(profile);
  // Tools write firmware builds with or without the carrier's part, which is `?` for all of them.
  return (
    image.buildId === mine.buildId ||
    (image.type === 'modem' && image.buildId.startsWith(`${profile.identity.version}_`))
  );
}

/** Text in 16 bytes, filled up with zeros. */
function uniqueId(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(text));
  return bytes;
}
