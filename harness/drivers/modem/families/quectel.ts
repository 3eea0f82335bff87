import type { ExpectedInterface, NetworkMode } from '../../../rig/modem.ts';
import { unexpectedReply } from '../errors.ts';
import type { ModemFamily, ModemModel } from './family.ts';
import { quectelBands } from './quectel-bands.ts';
import { quectelQuestions } from './quectel-readings.ts';

const serial: readonly ExpectedInterface[] = [
  { number: 2, purpose: 'AT', driver: 'option', nodes: ['ttyUSB'] },
  { number: 3, purpose: 'PPP', driver: 'option', nodes: ['ttyUSB'] },
];

/** AT+QCFG="usbnet" by what it makes USB show. 3 is RNDIS, which shifts the serial ports: never chosen by us. */
const usbnet: Readonly<Record<NetworkMode, number>> = { qmi: 0, ecm: 1, mbim: 2 };

const rndisRefusal = 'RNDIS takes the first two interfaces and moves the AT port from 2 to 4';

/**
 * AT+QCFG="usbcfg",vid,pid,diag,nmea,at,modem,…: the ids, and which functions USB shows. One that goes moves those behind it.
 * Source: EC2x&EG2x&EG9x&EM05 QCFG AT Commands Manual V1.0.
 */
function lostPort([vendor, product, ...shown]: readonly string[]): string | undefined {
  if (vendor === undefined) return undefined;
  if (Number(vendor) !== 0x2c7c || Number(product) !== 0x0125) return 'no driver here knows it by these ids';
  return shown.slice(0, 4).every((one) => Number(one) === 1)
    ? undefined
    : 'its AT port would go, or be another interface';
}

/** Of every variant. */
const generic: Omit<ModemModel, 'name'> = {
  application: ['2c7c:0125'],
  // Its emergency download mode is Qualcomm's own.
  bootLoader: ['05c6:9008'],
  serialPorts: serial,
  modes: {
    ppp: serial,
    qmi: [{ number: 4, purpose: 'QMI', driver: 'qmi_wwan', nodes: ['cdc-wdm', 'wwan'] }],
    mbim: [
      { number: 4, purpose: 'MBIM control', driver: 'cdc_mbim', nodes: ['cdc-wdm', 'wwan'] },
      { number: 5, purpose: 'MBIM data', driver: 'cdc_mbim', nodes: [] },
    ],
    ecm: [
      // A modem with a MAC address of its own is ethN or usbN, by the kernel's version.
      { number: 4, purpose: 'ECM control', driver: 'cdc_ether', nodes: [] },
      { number: 5, purpose: 'ECM data', driver: 'cdc_ether', nodes: [] },
    ],
  },
};

/** Quectel EC21 and EC25. Sources: kernel option.c, EC25&EC21 AT Commands Manual V1.3. */
export const quectel: ModemFamily = {
  id: 'quectel',
  composesOverQmi: false,
  atInterface: 2,
  pppInterface: 3,
  restartCommand: 'AT+CFUN=1,1',
  questions: quectelQuestions,
  bands: quectelBands,
  rndisRefusal,
  models: { ec25: { name: 'EC25', ...generic }, 'ec25-a': { name: 'EC25-A', ...generic } },
  identity([manufacturer, model, revision]) {
    if (manufacturer === undefined || model === undefined || !revision?.startsWith('Revision:'))
      return undefined;
    return { manufacturer, model, revision: revision.slice('Revision:'.length).trim() };
  },
  iccidCommand: 'AT+QCCID',
  lowPower: () => Promise.resolve(undefined), // CFUN is the whole truth here
  async cardPresence(ask) {
    const reply = await ask('AT+QSIMSTAT?');
    const inserted = /^\+QSIMSTAT: ?\d+,(\d)/.exec(
      reply.lines.find((l) => l.startsWith('+QSIMSTAT:')) ?? '',
    )?.[1];
    return inserted === '0' ? 'absent' : undefined;
  },
  locksOut({ name, values }, kernel) {
    const [what = '', ...settings] = values.map(({ text }) => text.toLowerCase());
    if (name !== '+QCFG') return undefined;
    if (what === 'usbcfg') return lostPort(settings);
    if (what !== 'usbnet' || Number(settings[0]) !== 3) return undefined;
    // Kernel commit 2bb70f0a4b23; stable releases have it since September 2020.
    const [major = 0, minor = 0] = kernel.split('.').map(Number);
    const driver =
      major > 5 || (major === 5 && minor >= 9)
        ? 'where only a kernel as new as this one gives it a driver'
        : `where a kernel before 5.9 has no driver for it unless that was added later (this one is ${kernel})`;
    return `${rndisRefusal}, ${driver}`;
  },
  async composition(ask) {
    const reply = await ask('AT+QCFG="usbnet"');
    const text = /^\+QCFG: ?"usbnet",(\d+)/m.exec(reply.lines.join('\n'))?.[1];
    if (text === undefined) throw unexpectedReply('AT+QCFG="usbnet"', [...reply.lines, reply.final]);
    return (['qmi', 'ecm', 'mbim'] as const).find((mode) => usbnet[mode] === Number(text));
  },
  async compose(ask, _model, mode) {
    const reply = await ask(`AT+QCFG="usbnet",${usbnet[mode]}`);
    return reply.ok ? undefined : reply;
  },
};
