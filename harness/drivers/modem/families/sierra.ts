import type { ModemFamily } from './family.ts';

/** `Temp:0, User:1`: who votes for low power, with a count (AT!PCINFO?). */
const VOTER = /(\w+):([1-9]\d*)/g;

/**
 * Sierra Wireless MDM9x30 and MDM9x50. Sources: kernel qcserial.c (SWI layout: AT and PPP share interface 3), AT Command
 * Reference 4117727. Lenovo's and Dell's ids are the same hardware under the maker's name.
 */
export const sierra: ModemFamily = {
  id: 'sierra',
  atInterface: 3,
  pppInterface: 3,
  serialPackage: 'kmod-usb-serial-qualcomm',
  models: {
    mc7455: {
      name: 'MC7455',
      application: ['1199:9071', '1199:9079', '413c:81b6'],
      bootLoader: ['1199:9070', '1199:9078', '413c:81b5'],
    },
    em7565: { name: 'EM7565', application: ['1199:9091'], bootLoader: ['1199:9090'] },
    'aircard-340u': { name: 'AirCard 340U', application: ['1199:9051'], bootLoader: [] },
  },
  identity(lines) {
    const field = (name: string): string | undefined =>
      lines
        .find((line) => line.startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim();
    const [manufacturer, model, revision] = [field('Manufacturer'), field('Model'), field('Revision')];
    if (manufacturer === undefined || model === undefined || revision === undefined) return undefined;
    return { manufacturer, model, revision };
  },
  async lowPowerReason(ask) {
    const reply = await ask('AT!PCINFO?');
    const state = reply.lines
      .find((line) => line.startsWith('State:'))
      ?.slice(6)
      .trim();
    if (state === undefined || state === 'Online') return undefined;
    // MDM9x15 firmware calls the same line `LPM force flags`.
    const votes = reply.lines.find((line) => /^LPM (?:voters|force flags) -/.test(line)) ?? '';
    const voters = Array.from(votes.matchAll(VOTER), ([, name]) => name);
    return voters.length === 0 ? state : `${state}, held there by ${voters.join(', ')}`;
  },
  cardPresence: () => Promise.resolve(undefined), // +CME ERROR: SIM not inserted says it all
};
