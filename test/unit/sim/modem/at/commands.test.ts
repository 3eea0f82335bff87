import { describe, expect, it } from '@jest/globals';

import { bench, cell, type Bench, type Terminal } from '../bench.ts';

/** Runs `body` with an open AT port on a modem that has registered. */
async function online(b: Bench, body: (terminal: Terminal) => Promise<void>): Promise<void> {
  await b.drive(async () => {
    await b.pass(5_000);
    await body(b.open());
  });
}

const final = async (terminal: Terminal, command: string): Promise<string> =>
  (await terminal.at(command)).final;
const lines = async (terminal: Terminal, command: string): Promise<readonly string[]> =>
  (await terminal.at(command)).lines;

describe('the SIM card', () => {
  it('asks for its PIN, counts the tries, and then for the PUK', async () => {
    await online(bench('mc7455', { sim: { pin: '1234', puk: '87654321' } }), async (t) => {
      expect(await lines(t, 'AT+CPIN?')).toEqual(['+CPIN: SIM PIN']);
      expect(await lines(t, 'AT+CREG?')).toEqual(['+CREG: 0,0']);
      expect(await final(t, 'AT+CIMI')).toBe('+CME ERROR: SIM PIN required');
      expect(await final(t, 'AT+CPIN="0000"')).toBe('+CME ERROR: incorrect password');
      expect(await final(t, 'AT+CPIN="1111"')).toBe('+CME ERROR: incorrect password');
      expect(await lines(t, 'AT+CPINR')).toEqual([
        '+CPINR: SIM PIN,1,3',
        '+CPINR: SIM PUK,10,10',
        '+CPINR: SIM PIN2,3,3',
        '+CPINR: SIM PUK2,10,10',
      ]);
      expect(await final(t, 'AT+CPIN="2222"')).toBe('+CME ERROR: SIM PUK required');
      expect(await lines(t, 'AT+CPIN?')).toEqual(['+CPIN: SIM PUK']);
      expect(await final(t, 'AT+CPIN="1","4321"')).toBe('+CME ERROR: incorrect password');
      expect(await final(t, 'AT+CPIN="87654321","4321"')).toBe('OK');
      expect(await lines(t, 'AT+CPIN?')).toEqual(['+CPIN: READY']);
    });
  });

  it('registers once its PIN was given', async () => {
    const b = bench('ec25-a', { sim: { pin: '1234' } });
    await online(b, async (t) => {
      expect(await final(t, 'AT+CIMI')).toBe('+CME ERROR: 11');
      expect(await final(t, 'AT+CPIN=1234')).toBe('OK');
      await b.pass(5_000);
      expect(await lines(t, 'AT+CEREG?')).toEqual(['+CEREG: 0,1']);
      expect(await lines(t, 'AT+QPINC?')).toEqual(['+QPINC: "SC",3,10', '+QPINC: "P2",3,10']);
    });
  });

  it.each([
    ['mc7455', '+CME ERROR: SIM not inserted', '!ICCID?'],
    ['ec25-a', '+CME ERROR: 10', '+QCCID'],
  ] as const)('of %s is missed when it is not there', async (model, error, iccid) => {
    await online(bench(model, { sim: 'none' }), async (t) => {
      expect(await final(t, 'AT+CPIN?')).toBe(error);
      expect(await final(t, `AT${iccid}`)).toBe(error);
      expect(await lines(t, 'AT+CGATT?')).toEqual(['+CGATT: 0']);
      expect(await lines(t, 'AT+CEREG?')).toEqual(['+CEREG: 0,0']);
      expect(await lines(t, 'AT+COPS?')).toEqual(['+COPS: 0']);
    });
  });

  it('takes and gives up a PIN lock', async () => {
    const b = bench('mc7455', { sim: { pin: '1234' } });
    await online(b, async (t) => {
      await t.at('AT+CPIN="1234"');
      expect(await lines(t, 'AT+CLCK="SC",2')).toEqual(['+CLCK: 1']);
      expect(await final(t, 'AT+CPWD="SC","1234","5678"')).toBe('OK');
      expect(await final(t, 'AT+CLCK="SC",0,"1234"')).toBe('+CME ERROR: incorrect password');
      expect(await final(t, 'AT+CLCK="SC",0,"5678"')).toBe('OK');
      await t.at('AT!RESET');
      await b.pass(30_000);
      expect(await lines(b.open(), 'AT+CPIN?')).toEqual(['+CPIN: READY']);
    });
  });

  it('put in while it runs fails until the next restart (F41)', async () => {
    const b = bench('mc7455', { sim: 'none' });
    await online(b, async (t) => {
      b.modem.insertSim();
      await b.pass(5_000);
      expect(await final(t, 'AT+CPIN?')).toBe('+CME ERROR: SIM failure');
      await t.at('AT!RESET');
      await b.pass(30_000);
      expect(await lines(b.open(), 'AT+CPIN?')).toEqual(['+CPIN: READY']);
    });
  });
});

describe('registration', () => {
  it('is told with and without location', async () => {
    await online(bench(), async (t) => {
      expect(await lines(t, 'AT+CREG?')).toEqual(['+CREG: 0,1']);
      await t.at('AT+CEREG=2');
      expect(await lines(t, 'AT+CEREG?')).toEqual(['+CEREG: 2,1,"2B3C","1A2D003",7']);
      expect(await final(t, 'AT+CEREG=9')).toBe('+CME ERROR: incorrect parameters');
      expect(await lines(t, 'AT+COPS?')).toEqual(['+COPS: 0,0,"T-Mobile",7']);
      await t.at('AT+COPS=3,2');
      expect(await lines(t, 'AT+COPS?')).toEqual(['+COPS: 0,2,"310260",7']);
    });
  });

  it('is reported unasked where a port wants it', async () => {
    const b = bench();
    await online(b, async (t) => {
      await t.at('AT+CREG=1;+CEREG=2');
      t.take();
      b.modem.input({ kind: 'cellLost' });
      await b.pass(1);
      expect(t.take()).toBe('\r\n+CREG: 2\r\n\r\n+CEREG: 2\r\n');
      await b.pass(60_000);
      expect(t.take()).toBe('\r\n+CREG: 1\r\n\r\n+CEREG: 1,"2B3C","1A2D003",7\r\n');
    });
  });

  it('is given up and taken up by the user', async () => {
    const b = bench();
    await online(b, async (t) => {
      expect(await final(t, 'AT+COPS=2')).toBe('OK');
      expect(await lines(t, 'AT+COPS?')).toEqual(['+COPS: 2']);
      expect(await lines(t, 'AT+CGATT?')).toEqual(['+CGATT: 0']);
      expect(await final(t, 'AT+COPS=0')).toBe('OK');
      await b.pass(5_000);
      expect(await lines(t, 'AT+CGATT?')).toEqual(['+CGATT: 1']);
      expect(await final(t, 'AT+COPS=1,2,"26201"')).toBe('+CME ERROR: no network service');
      await b.pass(5_000);
      expect(await lines(t, 'AT+CREG?')).toEqual(['+CREG: 0,2']);
    });
  });

  it('of a data-only card is denied in CREG and home in CEREG (F60)', async () => {
    await online(bench('ec25-a', { sim: { dataOnly: true } }), async (t) => {
      expect(await lines(t, 'AT+CREG?')).toEqual(['+CREG: 0,3']);
      expect(await lines(t, 'AT+CEREG?')).toEqual(['+CEREG: 0,1']);
    });
  });

  it('that is denied shows limited service on a Quectel', async () => {
    const b = bench('ec25-a', { sim: 'none' });
    b.network.answer = { state: 'denied', afterMs: 10, emmCause: 15 };
    await online(b, async (t) => {
      expect((await lines(t, 'AT+QENG="servingcell"'))[0]).toMatch(/"LIMSRV","LTE","FDD",310,260,1A2D003/);
      expect(await lines(t, 'AT+QNWINFO')).toEqual(['+QNWINFO: No Service']);
    });
  });

  it('ends with the radio, for low power of every kind', async () => {
    const b = bench();
    await online(b, async (t) => {
      await t.at('AT+CFUN=0');
      expect(await lines(t, 'AT+CSQ')).toEqual(['+CSQ: 99,99']);
      expect((await lines(t, 'AT!PCINFO?')).slice(0, 2)).toEqual([
        'State: Low Power Mode',
        expect.stringContaining('User:1'),
      ]);
      await t.at('AT+CFUN=1');
      await b.pass(5_000);
      b.modem.input({ kind: 'environment', environment: { temperatureC: 120 } });
      expect((await lines(t, 'AT!PCINFO?'))[1]).toContain('Temp:1');
      expect(await lines(t, 'AT+CFUN?')).toEqual(['+CFUN: 0']);
    });
  });

  it('has the words of its generation for that: an MDM9x15', async () => {
    const b = bench('aircard-340u');
    await online(b, async (t) => {
      await t.at('AT+CFUN=0');
      expect((await lines(t, 'AT!PCINFO?')).slice(0, 2)).toEqual([
        'State: LowPowerMode',
        'LPM force flags - W_DISABLE:0, User:1, Temp:0, Volt:0, BIOS:0, GOBIIM:0',
      ]);
      expect((await lines(t, 'AT!PRIID?')).at(-1)).toContain('_SWI9X15C_05.05.58.00_');
    });
  });

  it('waits for FCC authentication under an FCC lock', async () => {
    const b = bench('mc7455', { fccLocked: true });
    await online(b, async (t) => {
      expect((await lines(t, 'AT!PCINFO?'))[1]).toContain('BIOS:1');
      expect(await final(t, 'AT+CFUN=1')).toBe('+CME ERROR: operation not supported');
      b.modem.input({ kind: 'authenticateFcc' });
      await b.pass(5_000);
      expect(await lines(t, 'AT+CGATT?')).toEqual(['+CGATT: 1']);
    });
  });

  it('follows bands and access technology', async () => {
    const b = bench();
    await online(b, async (t) => {
      expect(await final(t, 'AT!BAND=10,"B2",0,2')).toBe('ERROR');
      await t.at('AT!ENTERCND="A710"');
      expect(await final(t, 'AT!BAND=10')).toBe('ERROR');
      expect(await final(t, 'AT!BAND=14,"B2",0,2')).toBe('ERROR');
      expect(await final(t, 'AT!BAND=10,"B2",0,2')).toBe('OK');
      expect(await lines(t, 'AT+CREG?')).toEqual(['+CREG: 0,1']); // defined, and not chosen yet
      expect(await final(t, 'AT!BAND=10')).toBe('OK');
      expect((await lines(t, 'AT!BAND?')).at(-1)).toMatch(/^10, B2 +0{16} 0{15}2 0{16}$/);
      await b.pass(5_000);
      expect(await lines(t, 'AT+CREG?')).toEqual(['+CREG: 0,2']);
      await t.at('AT!BAND=00');
      await b.pass(5_000);
      expect(await lines(t, 'AT+CREG?')).toEqual(['+CREG: 0,1']);
      await t.at('AT!SELRAT=01');
      expect(await lines(t, 'AT!SELRAT?')).toEqual(['!SELRAT: 01, UMTS 3G Only']);
      await b.pass(5_000);
      expect(await lines(t, 'AT+CREG?')).toEqual(['+CREG: 0,2']);
    });
  });
});

describe('packet data', () => {
  it('is attached, activated, addressed and given up', async () => {
    const b = bench('ec25-a');
    await online(b, async (t) => {
      await t.at('AT+CGDCONT=1,"IP","internet"');
      expect(await lines(t, 'AT+CGDCONT?')).toEqual(['+CGDCONT: 1,"IP","internet","0.0.0.0",0,0,0,0']);
      expect(await lines(t, 'AT+CGPADDR=1')).toEqual(['+CGPADDR: 1']);
      await t.at('AT+CGEREP=1');
      expect(await final(t, 'AT+CGACT=1,1')).toBe('OK');
      expect(b.network.asked).toEqual(['internet']);
      expect(t.unsolicited).toEqual(['+CGEV: ME PDN ACT 1']);
      expect(await lines(t, 'AT+CGACT?')).toEqual(['+CGACT: 1,1']);
      expect(await lines(t, 'AT+CGPADDR=1')).toEqual(['+CGPADDR: 1,"10.1.2.3"']);
      const dynamic = '+CGCONTRDP: 1,5,"internet","10.1.2.3.255.255.255.0","10.1.2.1","8.8.8.8","8.8.4.4"';
      expect(await lines(t, 'AT+CGCONTRDP')).toEqual([dynamic]);
      expect(await lines(t, 'AT+CGCONTRDP=2')).toEqual([]);
      expect((await lines(t, 'AT+QENG="servingcell"'))[0]).toContain('"CONNECT"');
      b.network.sessions[0]?.end(36);
      await b.pass(1);
      expect(t.take()).toBe('\r\n+CGEV: NW PDN DEACT 1\r\n');
      expect(await lines(t, 'AT+CEER')).toEqual(['+CEER: Regular deactivation']);
    });
  });

  it('is refused with the network’s cause', async () => {
    const b = bench();
    b.network.refused = 27;
    await online(b, async (t) => {
      expect(await final(t, 'AT+CGACT=1,1')).toBe('+CME ERROR: unspecified GPRS error');
      expect(await lines(t, 'AT+CEER')).toEqual(['+CEER: Missing or unknown APN']);
      expect(await final(t, 'AT+CGACT=1,7')).toBe('+CME ERROR: incorrect parameters');
    });
  });

  it('ends with the attach', async () => {
    const b = bench();
    await online(b, async (t) => {
      await t.at('AT+CGACT=1,1');
      expect(await final(t, 'AT+CGATT=0')).toBe('OK');
      expect(b.network.sessions[0]?.released).toBe(1);
      expect(await final(t, 'AT+CGACT=1,1')).toBe('+CME ERROR: no network service');
      await t.at('AT+CGATT=1');
      await b.pass(3_000);
      expect(await final(t, 'AT+CGACT=1,1')).toBe('OK');
    });
  });
});

describe('maker’s commands', () => {
  it('of Sierra are protected where they change the modem', async () => {
    await online(bench(), async (t) => {
      expect(await final(t, 'AT!USBCOMP=1,1,100D')).toBe('ERROR');
      expect(await final(t, 'AT!ENTERCND="WRONG"')).toBe('ERROR');
      expect(await final(t, 'AT!ENTERCND="A710"')).toBe('OK');
      expect(await final(t, 'AT!USBCOMP=1,1,110D')).toBe('ERROR');
      expect(await final(t, 'AT!USBCOMP=1,1,100D')).toBe('OK');
      expect((await lines(t, 'AT!USBCOMP?'))[2]).toBe('Interface bitmask: 0000100D (diag,nmea,modem,mbim)');
      expect(await lines(t, 'AT!UDUSBCOMP?')).toEqual(['!UDUSBCOMP: 8']);
    });
  });

  it('are not known to the other maker', async () => {
    await online(bench('mc7455'), async (t) => expect(await final(t, 'AT+QCFG="usbnet"')).toBe('ERROR'));
    await online(bench('ec25-a'), async (t) => expect(await final(t, 'AT!GSTATUS?')).toBe('ERROR'));
  });

  it('of Sierra show the state of an idle and of a searching modem', async () => {
    const b = bench();
    await online(b, async (t) => {
      expect((await lines(t, 'AT!LTEINFO?'))[2]).toBe(
        '2300 310 260 11068 01A2D003  4 5 5  12 218 -10.0  -94.0  -65.0 --',
      );
      b.network.cell = undefined;
      b.modem.input({ kind: 'cellLost' });
      expect((await lines(t, 'AT!GSTATUS?')).at(-1)).toBe(
        'System mode:   NO SERVICE \tPS state:    Not attached',
      );
    });
  });

  it('follow the signal as it is now', async () => {
    const b = bench();
    await online(b, async (t) => {
      b.network.cell = { ...cell, rssiDbm: -113, rsrpDbm: -140, rsrqDb: -19.5 };
      expect(await lines(t, 'AT+CSQ;+CESQ')).toEqual(['+CSQ: 0,99', '+CESQ: 99,99,255,255,2,1']);
    });
  });
});
