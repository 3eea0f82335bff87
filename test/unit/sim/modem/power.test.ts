import { describe, expect, it } from '@jest/globals';

import { bench } from './bench.ts';

const ids = (usb: { vendorId: string; productId: string } | undefined): string | undefined =>
  usb && `${usb.vendorId}:${usb.productId}`;

describe('on USB', () => {
  it('a modem that has long been on is there at once and registers soon', async () => {
    const b = bench('mc7455');
    expect(ids(b.modem.usb)).toBe('1199:9071');
    expect(b.modem.state.sim.state).toBe('ready');
    await b.drive(() => b.pass(1_000));
    expect(b.modem.state.registration.packet).toBe('home');
  });

  it('MC7455 shows sparse interface numbers and its product string', () => {
    const { usb } = bench('mc7455').modem;
    expect(usb?.interfaces.map(({ number, role }) => [number, role])).toEqual([
      [0, 'diag'],
      [2, 'nmea'],
      [3, 'modem'],
      [8, 'qmi'],
    ]);
    expect(usb).toMatchObject({
      bcdDevice: '0.06',
      product: 'Sierra Wireless MC7455 Qualcomm® Snapdragon™ X7 LTE-A',
    });
  });

  it('EC25 shows four serial functions and QMI, and no serial number', () => {
    const { usb } = bench('ec25-a').modem;
    expect(usb?.interfaces.map(({ role }) => role)).toEqual(['diag', 'nmea', 'at', 'modem', 'qmi']);
    expect(usb).toMatchObject({ vendorId: '2c7c', bcdDevice: '3.18', serialNumber: undefined });
  });

  it.each([
    ['mc7455', 8_000],
    ['ec25-a', 10_000],
  ] as const)('a cold %s comes after %d ms', async (model, afterMs) => {
    const b = bench(model, { booted: false });
    const seen: (string | undefined)[] = [];
    b.modem.onUsb((usb) => seen.push(ids(usb)));
    expect(b.modem.usb).toBeUndefined();
    expect(b.modem.openPort(3)).toBeUndefined();
    await b.drive(async () => {
      b.modem.power(true);
      await b.pass(afterMs - 1);
      expect(seen).toEqual([]);
      await b.pass(1);
      expect(seen).toHaveLength(1);
      b.modem.power(false);
      expect(seen).toEqual([model === 'mc7455' ? '1199:9071' : '2c7c:0125', undefined]);
    });
  });

  it('a Quectel announces its start on its AT port', async () => {
    const b = bench('ec25-a', { booted: false });
    let text = '';
    // The host opens the port as soon as the device is there.
    b.modem.onUsb(
      (usb) => usb && b.modem.openPort(2)?.onBytes((bytes) => (text += Buffer.from(bytes).toString())),
    );
    await b.drive(async () => {
      b.modem.power(true);
      await b.pass(30_000);
    });
    expect(text.split('\r\n').filter((line) => line !== '')).toEqual([
      'RDY',
      '+CPIN: READY',
      '+QUSIM: 1',
      '+CFUN: 1',
      '+QIND: SMS DONE',
      '+QIND: PB DONE',
    ]);
  });

  it('a new composition comes with the restart, and the port goes first', async () => {
    const b = bench('mc7455');
    await b.drive(async () => {
      const t = b.open();
      let gone = 0;
      t.port.onGone(() => gone++);
      await t.at('AT!ENTERCND="A710"');
      await t.at('AT!USBCOMP=1,1,100D');
      expect(b.modem.usb?.interfaces.some(({ role }) => role === 'qmi')).toBe(true);
      expect((await t.at('AT!RESET')).final).toBe('OK');
      await b.pass(1_000);
      expect([b.modem.usb, gone, b.modem.openPort(3)]).toEqual([undefined, 1, undefined]);
      await b.pass(10_000);
      expect(b.modem.usb?.interfaces.map(({ number }) => number)).toEqual([0, 2, 3, 12, 13]);
      expect(b.modem.state.resets).toBe(1);
    });
  });

  it('usbnet 3 shifts the serial functions of an EC25', async () => {
    const b = bench('ec25-a');
    await b.drive(async () => {
      const t = b.open();
      await t.at('AT+QCFG="usbnet",3');
      expect((await t.at('AT+QCFG="usbnet"')).lines).toEqual(['+QCFG: "usbnet",3']);
      await t.at('AT+CFUN=1,1');
      await b.pass(30_000);
      expect(b.modem.usb?.interfaces.map(({ number, role }) => `${number} ${role}`)).toEqual([
        '0 rndis-control',
        '1 rndis-data',
        '2 diag',
        '3 nmea',
        '4 at',
        '5 modem',
      ]);
      expect((await b.open(4).at('AT')).final).toBe('OK');
    });
  });

  it('boot hold leaves a boot loader that answers no AT', async () => {
    const b = bench('mc7455');
    await b.drive(async () => {
      await b.open().at('AT!BOOTHOLD');
      await b.pass(20_000);
      expect(ids(b.modem.usb)).toBe('1199:9070');
      const port = b.modem.openPort(0);
      let answered = false;
      port?.onBytes(() => (answered = true));
      port?.write(Buffer.from('AT\r'));
      await b.pass(1_000);
      expect(answered).toBe(false);
      b.modem.power(false);
      b.modem.power(true);
      await b.pass(20_000);
      expect(ids(b.modem.usb)).toBe('1199:9071');
    });
  });

  it('off by command stays off until the supply is cut', async () => {
    const b = bench('ec25-a');
    await b.drive(async () => {
      await b.open().at('AT+QPOWD');
      await b.pass(60_000);
      expect(b.modem.usb).toBeUndefined();
      b.modem.power(true);
      await b.pass(60_000);
      expect(b.modem.usb).toBeUndefined();
      b.modem.power(false);
      b.modem.power(true);
      await b.pass(60_000);
      expect(ids(b.modem.usb)).toBe('2c7c:0125');
    });
  });
});

describe('a fault', () => {
  it('sim.not-seated leaves the reader empty, at every start, and is recorded', async () => {
    const b = bench('mc7455', { faults: [{ kind: 'sim.not-seated' }] });
    await b.drive(async () => {
      expect((await b.open().at('AT+CPIN?')).final).toBe('+CME ERROR: SIM not inserted');
      b.modem.removeSim();
      b.modem.insertSim();
      await b.open().at('AT!RESET');
      await b.pass(60_000);
      expect((await b.open().at('AT+CPIN?')).final).toBe('+CME ERROR: SIM not inserted');
    });
    expect(b.events('fault').map(({ kind }) => kind)).toEqual(['sim.not-seated', 'sim.not-seated']);
  });
});
