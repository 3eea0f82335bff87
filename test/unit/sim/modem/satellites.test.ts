import { describe, expect, it } from '@jest/globals';

import * as loc from '../../../../harness/protocols/qmi/loc.ts';
import { bench, type Bench, type Terminal } from './bench.ts';
import { qmiHost } from './qmi/qmi-host.ts';

interface Stand {
  readonly b: Bench;
  readonly at: Terminal;
  /** The function that sentences come out of. */
  readonly nmea: Terminal;
}

async function stand(model: string, body: (stand: Stand) => Promise<void>): Promise<void> {
  const b = bench(model);
  await b.drive(async () => {
    await b.pass(20_000);
    const nmea = b.open(model === 'ec25-a' ? 1 : 2);
    nmea.port.setDtr(true);
    await body({ b, at: b.open(), nmea });
  });
}

const final = async (t: Terminal, command: string): Promise<string> => (await t.at(command)).final;
const lines = async (t: Terminal, command: string): Promise<readonly string[]> => (await t.at(command)).lines;

/** The names of the sentences of the next second and a half. */
async function heard({ b, nmea }: Stand): Promise<readonly string[]> {
  nmea.take();
  await b.pass(1_500);
  return nmea
    .take()
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(3, 6));
}

const ALL = ['GGA', 'RMC', 'GSV', 'GSA', 'VTG'];

describe('the satellite receiver', () => {
  it('of a Sierra modem looks from AT!GPSTRACK to AT!GPSEND, and its port says that it sees nothing', () =>
    stand('mc7455', async (s) => {
      const { at, b } = s;
      expect(await heard(s)).toEqual([]);
      expect(await lines(at, 'AT!GPSEND=0')).toEqual(['ERROR CODE = 12']);
      expect((await lines(at, 'AT!GPSSTATUS?')).join('\n')).toMatch(/Fix Session Status = NONE/);
      expect(await final(at, 'AT!GPSTRACK=1,256,30,1000,5')).toBe('ERROR');
      expect(await lines(at, 'AT!GPSTRACK=1,240,30,1000,5')).toEqual([]);
      expect(await lines(at, 'AT!GPSTRACK=1,240,4294967280,1000,5')).toEqual(['ERROR CODE = 13']);
      expect(await heard(s)).toEqual(ALL);
      const [now = '', , session = ''] = await lines(at, 'AT!GPSSTATUS?');
      expect(session).toMatch(/^\d{4} \d\d \d\d [0-6] \d\d:\d\d:\d\d Fix Session Status = ACTIVE$/);
      expect(now).toMatch(/^Current time: \d{4} \d\d \d\d [0-6] \d\d:\d\d:\d\d$/);
      expect(session.slice(0, 21)).not.toBe(now.slice(-21));
      expect(await lines(at, 'AT!GPSLOC?')).toEqual(['Not Available']);
      expect(await lines(at, 'AT!GPSSATINFO?')).toEqual(['NO_SAT_INFO']);
      s.nmea.port.setDtr(false);
      expect(await heard(s)).toEqual([]);
      s.nmea.port.setDtr(true);
      expect(await heard(s)).not.toEqual([]);
      expect(await lines(at, 'AT!GPSEND=0,255')).toEqual([]);
      expect(await heard(s)).toEqual([]);
      await final(at, 'AT!GPSTRACK=1,240,30,1000,5');
      await final(at, 'AT!RESET');
      await b.pass(60_000);
      expect((await lines(b.open(), 'AT!GPSSTATUS?')).join('\n')).toMatch(/Fix Session Status = NONE/);
    }));

  it('is started by who listens to its port, and by QMI', () =>
    stand('mc7455', async (s) => {
      s.nmea.type('$GPS_START\r\n');
      await s.b.pass(100);
      expect(await heard(s)).toEqual(ALL);
      expect((await lines(s.at, 'AT!GPSSTATUS?')).join('\n')).toMatch(/Fix Session Status = NONE/);
      const host = qmiHost(s.b.clock, s.b.modem, 8);
      const client = await host.allocate('loc');
      await host.ask(loc.locStart, { session: 1 }, client);
      s.nmea.type('$GPS_STOP\n');
      await s.b.pass(100);
      expect(await heard(s)).not.toEqual([]);
      await host.ask(loc.locStop, { session: 1 }, client);
      expect(await heard(s)).toEqual([]);
    }));

  it('of a Quectel modem looks from AT+QGPS to AT+QGPSEND, and says what it is asked for', () =>
    stand('ec25-a', async (s) => {
      const { at } = s;
      expect(await lines(at, 'AT+QGPS?')).toEqual(['+QGPS: 0']);
      expect(await final(at, 'AT+QGPSLOC=2')).toBe('+CME ERROR: 505');
      expect(await final(at, 'AT+QGPSEND')).toBe('+CME ERROR: 505');
      expect(await final(at, 'AT+QGPS=9')).toBe('+CME ERROR: 50');
      expect(await final(at, 'AT+QGPS=1,30,50,0,1')).toBe('OK');
      expect(await final(at, 'AT+QGPS=1')).toBe('+CME ERROR: 504');
      expect(await lines(at, 'AT+QGPS?')).toEqual(['+QGPS: 1']);
      expect(await final(at, 'AT+QGPSLOC?')).toBe('+CME ERROR: 516');
      expect(await final(at, 'AT+QGPSGNMEA="RMC"')).toBe('ERROR');
      expect(await final(at, 'AT+QGPSCFG="nmeasrc",1')).toBe('OK');
      expect(await lines(at, 'AT+QGPSGNMEA="RMC"')).toEqual(['+QGPSGNMEA: $GPRMC,,V,,,,,,,,,,N*53']);
      expect(await heard(s)).toEqual(ALL);
      expect(await final(at, 'AT+QGPSCFG="gpsnmeatype",2')).toBe('OK');
      expect(await lines(at, 'AT+QGPSCFG="gpsnmeatype"')).toEqual(['+QGPSCFG: "gpsnmeatype",2']);
      expect(new Set(await heard(s))).toEqual(new Set(['RMC']));
      expect(await lines(at, 'AT+QGPSCFG="outport"')).toEqual(['+QGPSCFG: "outport","usbnmea"']);
      expect(await final(at, 'AT+QGPSCFG="outport","none"')).toBe('OK');
      expect(await heard(s)).toEqual([]);
      expect(await final(at, 'AT+QGPSCFG="outport","nowhere"')).toBe('+CME ERROR: 50');
      expect(await final(at, 'AT+QGPSEND')).toBe('OK');
    }));

  it('of a Quectel modem starts with it where it was told to', () =>
    stand('ec25-a', async ({ at, b }) => {
      expect(await lines(at, 'AT+QGPSXTRA=1;+QGPSXTRA?')).toEqual(['+QGPSXTRA: 1']);
      expect(await final(at, 'AT+QGPSCFG="autogps",1')).toBe('OK');
      expect(await lines(at, 'AT+QGPS?')).toEqual(['+QGPS: 0']);
      await final(at, 'AT+CFUN=1,1');
      await b.pass(60_000);
      expect(await lines(b.open(), 'AT+QGPS?')).toEqual(['+QGPS: 1']);
    }));
});
