import { describe, expect, it } from '@jest/globals';

import { bench } from './bench.ts';
import { profiles } from '../../../../harness/sim/modem/profiles/index.ts';

const shows = (model: string, modem: ReturnType<typeof bench>['modem']): string =>
  `${model} ${modem.usb?.vendorId}:${modem.usb?.productId} ${modem.usb?.interfaces.map(({ number }) => number).join(',')}`;

describe('models on USB, as delivered and in the boot loader', () => {
  it.each([
    ['mc7455', '1199:9071 0,2,3,8', '1199:9070 0'],
    ['em7455', '1199:9071 0,2,3,8', '1199:9070 0'],
    ['em7455-lenovo', '1199:9079 0,2,3,8', '1199:9078 0'],
    ['dw5811e', '413c:81b6 0,2,3,12,13', '413c:81b5 0'],
    ['em7565', '1199:9091 0,2,3,8', '1199:9090 0'],
    ['em7565-usbif', '1199:90b1 0,1,2,12,13', '1199:90b0 0'],
    ['aircard-340u', '1199:9051 0,2,3,8', '1199:9050 0'],
    ['ec25-a', '2c7c:0125 0,1,2,3,4', '2c7c:0125 0'],
  ])('%s', (model, application, bootLoader) => {
    const b = bench(model);
    expect(shows(model, b.modem)).toBe(`${model} ${application}`);
    return b.drive(async () => {
      b.modem.input({ kind: 'crash', into: 'boot-hold' });
      await b.pass(20_000);
      expect(shows(model, b.modem)).toBe(`${model} ${bootLoader}`);
    });
  });

  it('no two have an identity in common', () => {
    for (const of of [
      (p: (typeof profiles)[number]) => p.id,
      (p: (typeof profiles)[number]) => `${p.usb.vendorId}:${p.usb.productId} ${p.identity.model}`,
    ]) {
      expect(new Set(profiles.map(of)).size).toBe(profiles.length);
    }
  });

  it("an OEM's waits in low power for FCC authentication, anew after each start", () => {
    const b = bench('em7455-lenovo');
    return b.drive(async () => {
      const port = b.open(3);
      await b.pass(60_000);
      expect((await port.at('AT!PCINFO?')).lines.join('\n')).toContain('BIOS:1');
      expect(b.modem.state.registration.phase).toBe('off');
      b.modem.input({ kind: 'authenticateFcc' });
      await b.pass(10_000);
      expect(b.modem.state.registration.packet).toBe('home');
      b.modem.input({ kind: 'reset' });
      await b.pass(20_000);
      expect(b.modem.state.registration.phase).toBe('off');
    });
  });
});

describe('compositions', () => {
  /** Sends this, restarts, and tells what shows; before the restart nothing may have changed. */
  const swapped = (model: string, commands: readonly string[], at: number): Promise<string> => {
    const b = bench(model);
    return b.drive(async () => {
      const before = shows(model, b.modem);
      const port = b.open(at);
      for (const command of commands) expect(await port.at(command)).toMatchObject({ final: 'OK' });
      await b.pass(60_000);
      expect(shows(model, b.modem)).toBe(before);
      b.modem.input({ kind: 'reset' });
      await b.pass(20_000);
      return shows('', b.modem).trim();
    });
  };
  const unlock = 'AT!ENTERCND="A710"';

  it.each([
    ['mc7455', 'AT!USBCOMP=1,1,0000100D', '1199:9071 0,2,3,12,13'],
    ['mc7455', 'AT!USBCOMP=1,1,0000050D', '1199:9071 0,2,3,8,10'],
    ['mc7455', 'AT!UDUSBCOMP=8', '1199:9071 0,2,3,12,13'],
    // Allowed as on hardware: there is no AT port any more.
    ['mc7455', 'AT!UDUSBCOMP=9', '1199:9071 12,13'],
    ['em7565', 'AT!USBCOMP=1,3,100D', '1199:9091 0,2,3,12,13'],
    ['em7565', 'AT!USBCOMP=1,1,100D', '1199:90b1 0,1,2,12,13'],
    ['em7565-usbif', 'AT!USBCOMP=1,3,10D', '1199:9091 0,2,3,8', 2],
    ['dw5811e', 'AT!USBCOMP=1,1,10D', '413c:81b6 0,2,3,8'],
  ])('%s: %s', async (model, command, after, port = 3) => {
    expect(await swapped(model, [unlock, command], port)).toBe(after);
  });

  it.each([
    [0, '2c7c:0125 0,1,2,3,4'],
    [1, '2c7c:0125 0,1,2,3,4,5'],
    [2, '2c7c:0125 0,1,2,3,4,5'],
    [3, '2c7c:0125 0,1,2,3,4,5'],
  ])('ec25-a: usbnet %d', async (number, after) => {
    expect(await swapped('ec25-a', [`AT+QCFG="usbnet",${number}`], 2)).toBe(after);
  });

  it.each([
    ['mc7455', 'AT!USBCOMP=1,3,100D'],
    ['mc7455', 'AT!USBCOMP=1,1,110D'],
    ['em7565', 'AT!USBCOMP=1,2,100D'],
    ['aircard-340u', 'AT!USBCOMP=1,1,100D'],
    ['aircard-340u', 'AT!UDUSBCOMP=8'],
  ])('%s refuses %s', (model, command) => {
    const b = bench(model);
    return b.drive(async () => {
      const port = b.open(3);
      await port.at(unlock);
      expect((await port.at(command)).final).not.toBe('OK');
      expect(b.modem.state.composition.pending).toBe(b.modem.state.composition.present);
    });
  });

  it('an EM7565 names its type, and shows the product ids of the one that it has now', () => {
    const b = bench('em7565');
    return b.drive(async () => {
      const port = b.open(3);
      const lines = async (command: string): Promise<readonly string[]> => (await port.at(command)).lines;
      expect(await lines('AT!USBCOMP?')).toContain('Config Type:  3 (Legacy-Generic)');
      await port.at(unlock);
      await port.at('AT!USBCOMP=1,1,100D');
      expect(await lines('AT!USBCOMP?')).toContain('Config Type:  1 (MBIM USBIF)');
      expect(await lines('AT!USBPID?')).toEqual(['APP PID: 0x9091', 'BOOT PID: 0x9090']);
    });
  });
});

describe('contexts of QMI and MBIM calls', () => {
  it('are not shown over AT; addresses of both families are', () => {
    const b = bench('mc7455');
    return b.drive(async () => {
      await b.pass(10_000);
      b.modem.input({ kind: 'defineContext', context: { cid: 100, type: 'IPV4V6', apn: 'x' } });
      b.modem.input({ kind: 'activateContext', cid: 100 });
      b.modem.input({ kind: 'activateContext', cid: 1 });
      await b.pass(1_000);
      expect(b.modem.state.bearers).toHaveLength(2);
      const port = b.open(3);
      for (const command of ['AT+CGDCONT?', 'AT+CGACT?', 'AT+CGPADDR', 'AT+CGCONTRDP']) {
        const { lines } = await port.at(command);
        expect(lines).toHaveLength(1);
        expect(lines[0]).toMatch(/: 1,/);
      }
      b.modem.input({ kind: 'deactivateContext', cid: 1 });
      b.modem.input({ kind: 'activateContext', cid: 1 });
      const { attempt } = b.modem.state.bearers[0] ?? { attempt: 0 };
      b.modem.input({
        kind: 'sessionGranted',
        cid: 1,
        attempt,
        address: '10.1.2.3',
        address6: '2001:db8::1',
      });
      const { lines } = await port.at('AT+CGPADDR=1');
      expect(lines).toEqual(['+CGPADDR: 1,"10.1.2.3","32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"']);
    });
  });
});
