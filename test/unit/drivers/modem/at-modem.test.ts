import { describe, expect, it } from '@jest/globals';
import { createAtModem, type AtModem } from '../../../../harness/drivers/modem/at-modem.ts';
import type { Board, UsbDevice } from '../../../../harness/rig/router.ts';
import { testCtx } from '../../../support/ctx.ts';
import { fakeRouter, resultOf, type Answer } from '../../../support/fake-router.ts';

function usbModem(id: string, driver: string | undefined, tty: readonly string[]): UsbDevice {
  const [vendorId = '', productId = ''] = id.split(':');
  const interfaces = [
    { number: 2, driver, nodes: tty.slice(0, 1) },
    { number: 3, driver, nodes: tty.slice(1, 2) },
  ];
  return { path: '1-1.2', number: 3, vendorId, productId, product: 'modem', interfaces };
}

const mc7455 = usbModem('1199:9071', 'qcserial', ['ttyUSB1', 'ttyUSB2']);
const ec25 = usbModem('2c7c:0125', 'option', ['ttyUSB2', 'ttyUSB3']);

interface Bench {
  readonly modem: AtModem;
  readonly uploads: string[];
  /** The lines of shell that were run. */
  readonly scripts: string[];
}

/** A modem behind a router whose shell the test plays; `reply` gets each AT command. */
function bench(
  model: string,
  devices: readonly UsbDevice[],
  reply: (command: string, script: string) => Answer,
  packages?: readonly string[],
): Bench {
  const uploads: string[] = [];
  const scripts: string[] = [];
  const router = fakeRouter({
    usbDevices: () => Promise.resolve(devices),
    board: () => Promise.resolve({ kernel: '4.14.63' } as Board),
    lacking: () => Promise.resolve(packages && { packages }),
    upload: (_ctx, _bytes, path) => Promise.resolve(void uploads.push(path)),
    shell: (_ctx, script) => {
      scripts.push(script);
      const command = /COMMAND=(?:'([^']*)'|(\S+)) gcom/.exec(script);
      return Promise.resolve(resultOf(script, reply(command?.[1] ?? command?.[2] ?? '', script)));
    },
  });
  return { modem: createAtModem(router, model), uploads, scripts };
}

/** Answers as gcom prints them: echo, then lines that begin with a line feed. */
const replies =
  (table: Readonly<Record<string, string>>) =>
  (command: string): Answer =>
    `${command}\n${table[command] ?? '\nERROR'}`;

const { ctx, events } = ((t) => ({ ctx: t.ctx, events: () => t.events() }))(testCtx());

describe('asking over AT', () => {
  it('goes to the port of the AT interface, whatever its index', async () => {
    const moved = usbModem('2c7c:0125', 'option', ['ttyUSB7', 'ttyUSB8']);
    const { modem, scripts } = bench('ec25-a', [moved], replies({ 'AT+CSQ': '\n+CSQ: 24,99\n\nOK' }));
    expect(await modem.at(ctx, 'AT+CSQ')).toEqual({
      command: 'AT+CSQ',
      ok: true,
      lines: ['+CSQ: 24,99'],
      final: 'OK',
    });
    expect(scripts[0]).toContain('gcom -d /dev/ttyUSB7 ');
    expect(scripts[0]).toContain('/sys/bus/usb/devices/1-1.2:1.2/ttyUSB7');
  });

  it('puts the script there when it is missing and looks again when the port has moved', async () => {
    const codes = [91, 90];
    const { modem, uploads } = bench('ec25-a', [ec25], (command) => codes.shift() ?? `${command}\n\nOK`);
    expect((await modem.at(ctx, 'AT')).ok).toBe(true);
    expect(uploads).toHaveLength(1);
  });

  it('never writes a PIN to the timeline', async () => {
    const { modem } = bench('ec25-a', [ec25], replies({ 'AT+CPIN="4711"': '\nOK' }));
    await modem.at(ctx, 'AT+CPIN="4711"');
    expect(JSON.stringify(events())).toContain('AT+CPIN=');
    expect(JSON.stringify(events())).not.toContain('4711');
  });

  it('tells a refusal as a reply', async () => {
    const { modem } = bench('ec25-a', [ec25], replies({}));
    expect(await modem.at(ctx, 'AT+NOSUCH')).toMatchObject({ ok: false, final: 'ERROR' });
  });
});

describe('a modem that cannot be asked', () => {
  it('is not there', async () => {
    const { modem } = bench('mc7455', [ec25], replies({}));
    await expect(modem.at(ctx, 'AT')).rejects.toMatchObject({ code: 'modem.not-found', blame: 'dut' });
  });

  it('sits in its boot loader', async () => {
    const { modem } = bench('mc7455', [usbModem('1199:9070', 'qcserial', ['ttyUSB0'])], replies({}));
    await expect(modem.at(ctx, 'AT')).rejects.toThrow('1199:9070 is its boot loader');
  });

  it('has no port: the hint names what is missing, or says that all is there', async () => {
    const device = usbModem('1199:9071', undefined, []);
    const bare = bench('mc7455', [device], replies({}), ['comgt', 'kmod-usb-serial-qualcomm']);
    await expect(bare.modem.at(ctx, 'AT')).rejects.toMatchObject({
      code: 'modem.no-port',
      hint: expect.stringMatching(
        /^it lacks comgt and kmod-usb-serial-qualcomm: this firmware has no package manager/,
      ),
      blame: 'rig',
    });
    await expect(bench('mc7455', [device], replies({})).modem.at(ctx, 'AT')).rejects.toMatchObject({
      code: 'modem.no-port',
      hint: expect.stringContaining('it is not loaded, does not know 1199:9071'),
      blame: 'dut',
    });
  });

  it('has its port in use, and by whom', async () => {
    const { modem } = bench('mc7455', [mc7455], () => ({ exitCode: 92, stdout: '3907 pppd\n' }));
    await expect(testCtx().drive((c) => modem.at(c, 'AT'))).rejects.toMatchObject({
      code: 'modem.port-busy',
      data: { tty: 'ttyUSB2', pid: 3907, users: [{ pid: 3907, command: 'pppd' }] },
    });
  });

  it('takes a command in part: the rest of it is made an error, and it is sent anew; for ever: it says so', async () => {
    const refused = { exitCode: 1, stderr: 'Error @129, line 7, Could not write to COM device. (1)\n' };
    let times = 2;
    const slow = bench('mc7455', [mc7455], () => (times-- > 0 ? refused : 'AT\n\nOK'));
    expect(await slow.modem.at(ctx, 'AT')).toMatchObject({ ok: true });
    expect(slow.scripts.map((script) => /AGAIN=\d/.exec(script)?.[0])).toEqual([
      'AGAIN=0',
      'AGAIN=1',
      'AGAIN=1',
    ]);
    const dead = bench('mc7455', [mc7455], () => refused);
    await expect(dead.modem.at(ctx, 'AT')).rejects.toMatchObject({ code: 'modem.no-answer' });
  });

  it('does not answer, or not to the end', async () => {
    const silent = bench('mc7455', [mc7455], () => ({ exitCode: 2 }));
    await expect(silent.modem.at(ctx, 'ATI')).rejects.toMatchObject({ code: 'modem.no-answer' });
    const half = bench('mc7455', [mc7455], () => ({ exitCode: 2, stdout: 'AT+CPIN="1234"\n\n+CPIN: REA' }));
    const error = await half.modem.at(ctx, 'AT+CPIN="1234"').catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'modem.no-answer', data: { received: ['+CPIN: REA'] } });
    expect((error as Error).message).not.toContain('1234');
  });

  it('is behind a router without comgt', async () => {
    const { modem } = bench('mc7455', [mc7455], () => ({ exitCode: 127, stderr: 'ash: gcom: not found\n' }));
    await expect(modem.at(ctx, 'AT')).rejects.toMatchObject({ code: 'rig.no-comgt', blame: 'rig' });
  });

  it('is a model that nobody knows', () => {
    expect(() => bench('mc9999', [], replies({}))).toThrow("no driver knows the modem 'mc9999'");
  });
});

describe('a command that would lock us out', () => {
  it.each([
    ['ec25-a', 'AT+QCFG="usbnet",3', 'RNDIS'],
    ['mc7455', 'AT!USBCOMP=1,1,1000', 'no AT port'],
    ['mc7455', 'at!udusbcomp=9', 'no AT port'],
    ['mc7455', 'AT!USBCOMP=1,3,4008', 'RNDIS'],
    ['ec25-a', 'AT+CFUN=0;+QCFG="USBNET", 3;+CFUN=1,1', 'RNDIS'],
    ['mc7455', 'AT!ENTERCND="A710";!USBCOMP=1,1,0x00001000;!RESET', 'no AT port'],
    ['ec25-a', 'AT+QCFG="usbcfg",0x2C7C,0x0125,1,1,0,1,1,0,0', 'AT port would go'],
    ['ec25-a', 'AT+QCFG="usbcfg",0x2C7C,0x0125,0,1,1,1,1,0,0', 'another interface'],
    ['ec25-a', 'AT+QCFG="usbcfg",0x05C6,0x9215,1,1,1,1,1,0,0', 'no driver here'],
  ])('%s: %s is refused with the reason, and sent when it is forced', async (model, command, reason) => {
    const sent: string[] = [];
    const { modem } = bench(model, [mc7455, ec25], (given) => {
      sent.push(given);
      return `${given}\n\nOK`;
    });
    await expect(modem.at(ctx, command)).rejects.toMatchObject({
      code: 'modem.locks-out',
      message: expect.stringContaining(reason),
      hint: expect.stringContaining('--force'),
      data: { kernel: '4.14.63' },
    });
    expect(sent).toEqual([]);
    expect(await modem.at(ctx, command, undefined, true)).toMatchObject({ ok: true });
  });

  it('is none that only asks, or keeps the port', async () => {
    const { modem } = bench(
      'mc7455',
      [mc7455],
      replies({ 'AT!USBCOMP?': '\nOK', 'AT!USBCOMP=1,1,10D': '\nOK' }),
    );
    expect(await modem.at(ctx, 'AT!USBCOMP?')).toMatchObject({ ok: true });
    expect(await modem.at(ctx, 'AT!USBCOMP=1,1,10D')).toMatchObject({ ok: true });
    const audio = 'AT+QCFG="usbcfg",0x2C7C,0x0125,1,1,1,1,1,0,1';
    const quectel = bench('ec25-a', [ec25], replies({ 'AT+QCFG="usbcfg"': '\nOK', [audio]: '\nOK' }));
    expect(await quectel.modem.at(ctx, 'AT+QCFG="usbcfg"')).toMatchObject({ ok: true });
    expect(await quectel.modem.at(ctx, audio)).toMatchObject({ ok: true });
  });
});

describe('what the replies mean', () => {
  it('identity of both families', async () => {
    const sierra = bench(
      'mc7455',
      [mc7455],
      replies({
        ATI: '\nManufacturer: Sierra Wireless, Incorporated\nModel: MC7455\nRevision: SWI9X30C_02.33.03.00 r8209\n\nOK',
      }),
    );
    expect(await sierra.modem.identity(ctx)).toEqual({
      manufacturer: 'Sierra Wireless, Incorporated',
      model: 'MC7455',
      revision: 'SWI9X30C_02.33.03.00 r8209',
    });
    const quectel = bench(
      'ec25-a',
      [ec25],
      replies({ ATI: '\nQuectel\nEC25\nRevision: EC25AFAR05A04M4G\n\nOK' }),
    );
    expect(await quectel.modem.identity(ctx)).toMatchObject({ model: 'EC25', revision: 'EC25AFAR05A04M4G' });
    const mute = bench('ec25-a', [ec25], replies({ ATI: '\nOK' }));
    await expect(mute.modem.identity(ctx)).rejects.toMatchObject({ code: 'modem.unexpected-reply' });
  });

  it.each([
    ['+CPIN: READY\n\nOK', 'ready'],
    ['+CPIN: SIM PIN\n\nOK', 'pin'],
    ['+CPIN: SIM PUK\n\nOK', 'puk'],
    ['+CPIN: PH-NET PIN\n\nOK', 'failed'],
    ['+CME ERROR: SIM not inserted', 'absent'],
    ['+CME ERROR: 10', 'absent'],
    ['+CME ERROR: SIM busy', 'busy'],
    ['+CME ERROR: 13', 'failed'],
  ])('SIM: %j is %s', async (text, state) => {
    const { modem } = bench('mc7455', [mc7455], replies({ 'AT+CPIN?': `\n${text}` }));
    expect(await modem.simState(ctx)).toBe(state);
  });

  it('SIM: asks a modem that says only ERROR to say more', async () => {
    let verbose = false;
    const { modem } = bench('mc7455', [mc7455], (command) => {
      if (command === 'AT+CMEE=2') verbose = true;
      if (command === 'AT+CPIN?') return verbose ? '\n+CME ERROR: SIM not inserted' : '\nERROR';
      return '\nOK';
    });
    expect(await modem.simState(ctx)).toBe('absent');
  });

  it('SIM: Quectel tells an empty slot from a broken card', async () => {
    const of = (inserted: number): AtModem =>
      bench(
        'ec25-a',
        [ec25],
        replies({
          'AT+CPIN?': '\n+CME ERROR: 13',
          'AT+QSIMSTAT?': `\n+QSIMSTAT: 0,${inserted}\n\nOK`,
        }),
      ).modem;
    expect(await of(0).simState(ctx)).toBe('absent');
    expect(await of(1).simState(ctx)).toBe('failed');
  });

  it('radio: CFUN and whoever votes for low power', async () => {
    const of = (cfun: number, state: string, voters: string): AtModem =>
      bench(
        'mc7455',
        [mc7455],
        replies({
          'AT+CFUN?': `\n+CFUN: ${cfun}\n\nOK`,
          'AT!PCINFO?': `\nState: ${state}\nLPM voters - Temp:0, ${voters}\nLPM persistence - None\n\nOK`,
        }),
      ).modem;
    expect(await of(1, 'Online', 'W_DISABLE:0').radio(ctx)).toEqual({ on: true, reason: '+CFUN: 1' });
    expect(await of(1, 'Low Power Mode', 'W_DISABLE:1, BIOS:1').radio(ctx)).toEqual({
      on: false,
      fccLocked: true,
      reason: 'Low Power Mode, held there by W_DISABLE, BIOS',
    });
    expect(await of(4, 'Online', 'User:0').radio(ctx)).toEqual({ on: false, reason: '+CFUN: 4' });
  });

  it.each([
    ['a data-only card', [1, 1, 3], 'home'],
    ['roaming by LTE', [5, 0, 0], 'roaming'],
    ['an older network', [0, 1, 1], 'home'],
    ['refused', [3, 3, 3], 'denied'],
    ['still looking, refused for voice', [2, 2, 3], 'searching'],
    ['idle', [0, 0, 0], 'idle'],
  ])('registration of %s', async (_what, [eps, gprs, cs], state) => {
    const { modem } = bench(
      'mc7455',
      [mc7455],
      replies({
        'AT+CEREG?': `\n+CEREG: 2,${eps},"2616","DDAEA01",7\n\nOK`,
        'AT+CGREG?': `\n+CGREG: 0,${gprs}\n\nOK`,
        'AT+CREG?': `\n+CREG: 0,${cs}\n\nOK`,
      }),
    );
    expect(await modem.registration(ctx)).toBe(state);
  });
});
