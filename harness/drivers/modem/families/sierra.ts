import type { ExpectedInterface, NetworkMode } from '../../../rig/modem.ts';
import { unexpectedReply } from '../errors.ts';
import type { Ask, ModemFamily } from './family.ts';
import { sierraBands } from './sierra-bands.ts';
import { readPowerState, sierraQuestions } from './sierra-readings.ts';

const at: ExpectedInterface = { number: 3, purpose: 'AT and PPP', driver: 'qcserial', nodes: ['ttyUSB'] };
const qmi: ExpectedInterface = {
  number: 8,
  purpose: 'QMI',
  driver: 'qmi_wwan',
  nodes: ['cdc-wdm', 'wwan'],
};
const mbim: readonly ExpectedInterface[] = [
  { number: 12, purpose: 'MBIM control', driver: 'cdc_mbim', nodes: ['cdc-wdm', 'wwan'] },
  { number: 13, purpose: 'MBIM data', driver: 'cdc_mbim', nodes: [] },
];
const generic = { serialPorts: [at], modes: { ppp: [at], qmi: [qmi], mbim } };
const usbifAt: ExpectedInterface = { ...at, number: 2 };

/** Bits of AT!USBCOMP (AT Command Reference 4117727). */
const MODEM_BIT = 0x8;
const RNDIS_BIT = 0x4000;
const rndisRefusal = 'RNDIS has product ids of its own, which no driver here knows';
const networkBits: Readonly<Record<NetworkMode, number>> = { qmi: 0x100, mbim: 0x1000, ecm: 0x80000 };
/** RMNET0, RMNET1, RMNET2, MBIM, RNDIS, ECM. */
const ALL_NETWORK_BITS = 0x100 | 0x400 | 0x800 | 0x1000 | RNDIS_BIT | 0x80000;

/**
 * Sierra Wireless MDM9x30 and MDM9x50. Sources: kernel qcserial.c (SWI layout: AT and PPP share interface 3), AT Command
 * Reference 4117727. Lenovo's and Dell's ids are the same hardware under the maker's name.
 */
export const sierra: ModemFamily = {
  id: 'sierra',
  composesOverQmi: true,
  atInterface: 3,
  pppInterface: 3,
  restartCommand: 'AT!RESET',
  questions: sierraQuestions,
  bands: sierraBands,
  models: {
    mc7455: {
      name: 'MC7455',
      application: ['1199:9071', '1199:9079', '413c:81b6'],
      bootLoader: ['1199:9070', '1199:9078', '413c:81b5'],
      ...generic,
    },
    em7455: {
      name: 'EM7455',
      application: ['1199:9071'],
      bootLoader: ['1199:9070'],
      ...generic,
    },
    'em7455-lenovo': {
      name: 'EM7455',
      application: ['1199:9079'],
      bootLoader: ['1199:9078'],
      ...generic,
    },
    dw5811e: {
      name: 'EM7455B',
      application: ['413c:81b6'],
      bootLoader: ['413c:81b5'],
      ...generic,
    },
    em7565: {
      name: 'EM7565',
      application: ['1199:9091'],
      bootLoader: ['1199:9090'],
      ...generic,
    },
    // Composition type 1 (MBIM USBIF). Sources: ROOter's modem scripts for the AT port, kernel qmi_wwan.c for QMI.
    'em7565-usbif': {
      name: 'EM7565',
      application: ['1199:90b1'],
      bootLoader: ['1199:90b0'],
      atInterface: 2,
      serialPorts: [usbifAt],
      modes: { ppp: [usbifAt], qmi: [qmi], mbim },
    },
    // Whether it has MBIM, nobody says.
    'aircard-340u': {
      name: 'AirCard 340U',
      application: ['1199:9051'],
      bootLoader: [],
      serialPorts: [at],
      modes: { ppp: [at], qmi: [qmi] },
    },
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
  iccidCommand: 'AT!ICCID?',
  async lowPower(ask) {
    const { powerState, lowPowerVoters = [] } = readPowerState((await ask('AT!PCINFO?')).lines);
    if (powerState === undefined || powerState === 'Online') return undefined;
    const voters = lowPowerVoters.length === 0 ? '' : `, held there by ${lowPowerVoters.join(', ')}`;
    // That is how FCC authentication that has not been given yet is called (AT Command Reference 4117727, !PCINFO).
    return { reason: `${powerState}${voters}`, fccLocked: lowPowerVoters.includes('BIOS') };
  },
  cardPresence: () => Promise.resolve(undefined), // +CME ERROR: SIM not inserted says it all
  rndisRefusal,
  locksOut({ name, values }) {
    const [first, , mask] = values.map(({ text }) => text);
    const bits = name === '!USBCOMP' && mask !== undefined ? Number.parseInt(mask, 16) : MODEM_BIT;
    const isBare = name === '!UDUSBCOMP' && Number(first) === 9;
    if (isBare || (bits & MODEM_BIT) === 0) return 'that composition has no AT port';
    return (bits & RNDIS_BIT) === 0 ? undefined : rndisRefusal;
  },
  async composition(ask) {
    const { bits } = await readComposition(ask);
    return (['qmi', 'mbim', 'ecm'] as const).find((mode) => (bits & networkBits[mode]) !== 0);
  },
  async compose(ask, _model, mode) {
    const unlocked = await ask('AT!ENTERCND="A710"');
    if (!unlocked.ok) return unlocked;
    const { type, bits } = await readComposition(ask);
    const wanted = (bits & ~ALL_NETWORK_BITS) | MODEM_BIT | networkBits[mode];
    const mask = wanted.toString(16).toUpperCase().padStart(8, '0');
    const reply = await ask(`AT!USBCOMP=1,${type},${mask}`);
    return reply.ok ? undefined : reply;
  },
};

/** AT!USBCOMP? as it will be after the next restart; the type's number differs from model to model. */
async function readComposition(ask: Ask): Promise<{ readonly type: number; readonly bits: number }> {
  const reply = await ask('AT!USBCOMP?');
  const text = reply.lines.join('\n');
  const type = /Config Type:\s*(\d+)/i.exec(text)?.[1];
  const bits = /Interface bitmask:\s*(?:0x)?([0-9A-F]+)/i.exec(text)?.[1];
  if (type === undefined || bits === undefined) {
    throw unexpectedReply('AT!USBCOMP?', [...reply.lines, reply.final]);
  }
  return { type: Number(type), bits: Number.parseInt(bits, 16) };
}
