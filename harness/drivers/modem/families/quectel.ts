import type { ModemFamily } from './family.ts';

/** Quectel EC21 and EC25. Sources: kernel option.c, EC25&EC21 AT Commands Manual V1.3. */
export const quectel: ModemFamily = {
  id: 'quectel',
  atInterface: 2,
  pppInterface: 3,
  serialPackage: 'kmod-usb-serial-option',
  models: {
    // Its emergency download mode is Qualcomm's own.
    'ec25-a': { name: 'EC25-A', application: ['2c7c:0125'], bootLoader: ['05c6:9008'] },
  },
  identity([manufacturer, model, revision]) {
    if (manufacturer === undefined || model === undefined || !revision?.startsWith('Revision:'))
      return undefined;
    return { manufacturer, model, revision: revision.slice('Revision:'.length).trim() };
  },
  lowPowerReason: () => Promise.resolve(undefined), // CFUN is the whole truth here
  async cardPresence(ask) {
    const reply = await ask('AT+QSIMSTAT?');
    const inserted = /^\+QSIMSTAT: ?\d+,(\d)/.exec(
      reply.lines.find((l) => l.startsWith('+QSIMSTAT:')) ?? '',
    )?.[1];
    return inserted === '0' ? 'absent' : undefined;
  },
};
