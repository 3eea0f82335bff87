import { describe, expect, it } from '@jest/globals';

import { bench, type Bench, type Terminal } from '../bench.ts';

const final = async (t: Terminal, command: string): Promise<string> => (await t.at(command)).final;
const lines = async (t: Terminal, command: string): Promise<readonly string[]> => (await t.at(command)).lines;

async function unlocked(b: Bench, body: (t: Terminal) => Promise<void>): Promise<void> {
  await b.drive(async () => {
    await b.pass(30_000);
    const t = b.open();
    await t.at('AT!ENTERCND="A710"');
    await body(t);
  });
}

describe('a Sierra modem', () => {
  it('of a laptop maker becomes a plain one, as its users do it, with the next restart', async () => {
    const b = bench('dw5811e');
    await unlocked(b, async (t) => {
      for (const command of [
        'AT!IMPREF="GENERIC"',
        'AT!GOBIIMPREF="GENERIC"',
        'AT!USBCOMP=1,1,0000100D',
        'AT!USBVID=1199',
        'AT!USBPID=9071,9070',
        'AT!USBPRODUCT="EM7455"',
        'AT!PRIID="9904609","002.026","Lenovo-Storm"',
        'AT!SELRAT=06',
        'AT!CUSTOM="FASTENUMEN",2',
        'AT!PCOFFEN=2',
      ]) {
        expect([command, await final(t, command)]).toEqual([command, 'OK']);
      }
      expect(b.modem.usb).toMatchObject({ vendorId: '413c', productId: '81b6' });
      t.type('AT!RESET\r');
      await b.pass(60_000);
      expect(b.modem.usb).toMatchObject({ vendorId: '1199', productId: '9071', product: 'EM7455' });
      const again = b.open();
      expect(await lines(again, 'AT!USBPID?')).toEqual(['APP PID: 0x9071', 'BOOT PID: 0x9070']);
      expect(await lines(again, 'AT!PRIID?')).toContain('Customer: Lenovo-Storm');
      expect(await lines(again, 'AT!CUSTOM?')).toContain('FASTENUMEN         0x02');
      again.type('AT!BOOTHOLD\r');
      await b.pass(60_000);
      expect(b.modem.usb).toMatchObject({ vendorId: '1199', productId: '9070' });
    });
  });

  it('keeps its names from who does not know the password, and from nonsense', async () => {
    const b = bench();
    await unlocked(b, async (t) => {
      for (const wrong of [
        'AT!USBVID=19',
        'AT!USBPID=9071',
        'AT!USBPRODUCT=EM7455',
        'AT!PRIID="1","2","3"',
        'AT!CUSTOM="NOSUCH",1',
        'AT!CUSTOM="GPSENABLE",256',
        'AT!IMPREF="ATT"',
      ]) {
        expect([wrong, await final(t, wrong)]).toEqual([wrong, 'ERROR']);
      }
      await t.at('AT!ENTERCND="WRONG"');
      expect(await final(t, 'AT!USBVID=1199')).toBe('ERROR');
    });
  });

  it('makes calls of profiles for older hosts', async () => {
    const b = bench();
    await unlocked(b, async (t) => {
      expect(await lines(t, 'AT!SCACT?')).toEqual(['!SCACT: 1,0']);
      expect(await final(t, 'AT!SCACT=1,1')).toBe('OK');
      expect(await lines(t, 'AT!SCACT?')).toEqual(['!SCACT: 1,1']);
      expect(await final(t, 'AT!SCACT=0,1')).toBe('OK');
      expect(b.network.sessions[0]?.released).toBe(1);
      expect(await final(t, 'AT!SCACT=1')).toBe('ERROR');
      await t.at('AT+COPS=2');
      expect(await final(t, 'AT!SCACT=1,1')).toBe('+CME ERROR: no network service');
    });
  });

  it('tells the access technology in use, at hand and known', () =>
    unlocked(bench(), async (t) => {
      expect(await lines(t, 'AT*CNTI=0')).toEqual(['*CNTI: 0,LTE']);
      expect(await lines(t, 'AT*CNTI=2')).toEqual(['*CNTI: 2,UMTS,HSDPA,HSUPA,LTE']);
      expect(await final(t, 'AT*CNTI=3')).toBe('ERROR');
      await t.at('AT+CFUN=0');
      expect(await lines(t, 'AT*CNTI=1')).toEqual(['*CNTI: 1,NONE']);
    }));

  it('has no crash to tell of, and SuperSpeed only where its chip has it', async () => {
    await unlocked(bench(), async (t) => {
      expect(await lines(t, 'AT!GCDUMP')).toEqual(['No crash data available']);
      expect(await final(t, 'AT!GCCLR')).toBe('OK');
      expect(await final(t, 'AT!USBSPEED?')).toBe('OK');
    });
    await unlocked(bench('aircard-340u'), async (t) => {
      expect(await final(t, 'AT!USBSPEED?')).toBe('ERROR');
    });
  });
});
