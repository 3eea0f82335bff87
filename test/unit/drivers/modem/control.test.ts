import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createModem } from '../../../../harness/drivers/modem/modem.ts';
import type { Modem } from '../../../../harness/rig/modem.ts';
import type { InterfaceStatus, UsbDevice } from '../../../../harness/rig/router.ts';
import { testCtx } from '../../../support/ctx.ts';
import { fakeRouter, resultOf, type Answer } from '../../../support/fake-router.ts';

/** What real programs printed, by the title of the section and the command. */
function outputs(title: string): ReadonlyMap<string, Answer> {
  const url = new URL('../../../vectors/tools/control-outputs.txt', import.meta.url);
  const section = readFileSync(url, 'utf8')
    .split('\n@ ')
    .find((text) => text.startsWith(`${title}\n`));
  if (section === undefined) throw new Error(`no section ${title}`);
  return new Map(
    Array.from(
      section.matchAll(/^> (.*)\n((?:(?![<>] ).*\n)*)< (\d+)$/gm),
      ([, command = '', stdout = '', code]) => [command, { stdout, exitCode: Number(code) }],
    ),
  );
}

/** A modem without an AT port. */
function device(id: string, driver: string, product: string): UsbDevice {
  const [vendorId = '', productId = ''] = id.split(':');
  const interfaces = [{ number: 8, driver, nodes: ['cdc-wdm0', 'wwan0'] }];
  return { path: '1-1', number: 3, vendorId, productId, product, interfaces };
}

const usb = {
  mc7455: (driver: string) =>
    device('1199:9071', driver, 'Sierra Wireless MC7455 Qualcomm Snapdragon X7 LTE-A'),
  'em7455-lenovo': (driver: string) => device('1199:9079', driver, 'Sierra Wireless EM7455'),
  'ec25-a': (driver: string) => device('2c7c:0125', driver, 'LTE Module'),
} as const;

interface Bench {
  readonly modem: Modem;
  /** Lines of shell that asked a program. */
  readonly asked: string[];
}

interface BenchOptions {
  readonly driver?: string;
  /** What runs there, as the first look at it prints it. */
  readonly seen?: string;
  /** netifd's interface of proto mbim. */
  readonly mbim?: Partial<InterfaceStatus>;
}

function bench(
  model: keyof typeof usb,
  programs: readonly string[],
  answers: ReadonlyMap<string, Answer>,
  { driver = 'qmi_wwan', seen = '', mbim }: BenchOptions = {},
): Bench {
  const asked: string[] = [];
  const router = fakeRouter({
    usbDevices: () => Promise.resolve([usb[model](driver)]),
    packages: () => Promise.resolve(new Map()),
    modemInterfaces: () => Promise.resolve(mbim ? [{ name: 'wwan', proto: 'mbim', disabled: false }] : []),
    interfaceStatus: () => Promise.resolve(mbim as InterfaceStatus | undefined),
    shell: (_ctx, script) => {
      if (script.includes('command -v')) {
        return Promise.resolve(resultOf(script, programs.map((name) => `has ${name}\n`).join('') + seen));
      }
      asked.push(script);
      return Promise.resolve(resultOf(script, answers.get(script.replace(' -t 5000', '')) ?? 1));
    },
  });
  return { modem: createModem(router, model), asked };
}

const { drive } = testCtx();

/** All that modem status asks. */
const everything = (modem: Modem) =>
  drive(async (ctx) => ({
    identity: await modem.identity(ctx),
    sim: await modem.simState(ctx),
    radio: await modem.radio(ctx),
    registration: await modem.registration(ctx),
    readings: await modem.readings(ctx),
  }));

describe('a modem without AT port, by what the programs really print', () => {
  it('is asked by qmicli', async () => {
    const { modem } = bench('em7455-lenovo', ['qmicli', 'uqmi'], outputs('em7455-lenovo qmi ready locked'));
    expect(await everything(modem)).toEqual({
      identity: {
        manufacturer: 'Sierra Wireless, Incorporated',
        model: 'EM7455',
        revision: 'SWI9X30C_02.24.05.06 r7040 CARMD-EV-FRMWR2 2017/05/19 06:23:09',
      },
      sim: 'ready',
      radio: { on: false, reason: 'operating mode low-power' },
      registration: 'idle',
      readings: {},
    });
    expect(modem.detour()).toBe('no AT port: asked by qmicli over /dev/cdc-wdm0');
    expect(await drive((ctx) => modem.composition(ctx))).toBe('qmi');
    expect(await drive((ctx) => modem.numbers(ctx))).toEqual({
      imei: '004401077455034',
      iccid: '89014103270000000174',
      imsi: '310260000074558',
    });
  });

  it('tells network and signal by qmicli', async () => {
    const { modem } = bench('ec25-a', ['qmicli'], outputs('ec25-a qmi ready registered'));
    expect(await drive((ctx) => modem.registration(ctx))).toBe('home');
    expect(await drive((ctx) => modem.readings(ctx))).toEqual({
      operator: 'T-Mobile',
      radioAccess: 'LTE',
      lteBand: 4,
      signal: { rssiDbm: -65, rsrpDbm: -94, rsrqDb: -10, sinrDb: 12.4 },
    });
    // Quectel's QMI knows no compositions: USB's word has to do, and none can be chosen.
    expect(await drive((ctx) => modem.composition(ctx))).toBe('qmi');
    for (const tell of [modem.canCompose, modem.compose]) {
      await expect(drive((ctx) => tell(ctx, 'mbim'))).rejects.toMatchObject({ code: 'modem.no-port' });
    }
  });

  it.each([
    ['qmi_wwan', ['qmicli', 'uqmi'], undefined],
    ['cdc_mbim', ['umbim', 'qmicli'], undefined],
    ['qmi_wwan', ['uqmi'], 'modem.no-port'],
    ['cdc_mbim', ['mbimcli', 'umbim', 'uqmi'], 'modem.no-port'],
    ['cdc_mbim', [], 'modem.no-port'],
  ] as const)(
    'behind %s and %j is known to take another composition or not (%s), while netifd keeps the device',
    async (driver, programs, code) => {
      const held = { driver, seen: '900 uqmi -s -d /dev/cdc-wdm0\n', mbim: { up: true, pending: false } };
      const { modem, asked } = bench('mc7455', programs, new Map(), held);
      const found = await drive((ctx) => modem.canCompose(ctx, 'qmi')).catch((error: unknown) => error);
      expect((found as { code?: string } | undefined)?.code).toBe(code);
      expect(asked).toEqual([]);
    },
  );

  it.each([
    ['mc7455 qmi none', 'qmi_wwan', 'qmicli', 'absent'],
    ['mc7455 qmi none', 'qmi_wwan', 'uqmi', 'absent'],
    ['mc7455 qmi pin', 'qmi_wwan', 'qmicli', 'pin'],
    ['mc7455 qmi pin', 'qmi_wwan', 'uqmi', 'pin'],
    ['mc7455 mbim ready registered', 'cdc_mbim', 'mbimcli', 'ready'],
    ['mc7455 mbim ready registered', 'cdc_mbim', 'umbim', 'ready'],
    ['mc7455 mbim pin', 'cdc_mbim', 'mbimcli', 'pin'],
    ['mc7455 mbim pin', 'cdc_mbim', 'umbim', 'pin'],
    ['em7455-lenovo mbim none locked', 'cdc_mbim', 'mbimcli', 'absent'],
    ['em7455-lenovo mbim none locked', 'cdc_mbim', 'umbim', 'absent'],
  ])('%s (%s) shows %s a card that is %s', async (section, driver, program, state) => {
    const [model = ''] = section.split(' ');
    const { modem } = bench(model as keyof typeof usb, [program], outputs(section), { driver });
    expect(await drive((ctx) => modem.simState(ctx))).toBe(state);
  });

  it.each(['mbimcli', 'umbim'])('is asked by %s', async (program) => {
    const answers = outputs('mc7455 mbim ready registered');
    const { modem } = bench('mc7455', [program], answers, { driver: 'cdc_mbim' });
    expect(await everything(modem)).toEqual({
      identity: { model: 'MC7455', revision: 'SWI9X30C_02.24.05.06' },
      sim: 'ready',
      radio: { on: true, reason: 'hardware radio switch on, software radio switch on' },
      registration: 'home',
      readings: { operator: 'T-Mobile', radioAccess: 'LTE', signal: { rssiDbm: -65 } },
    });
    expect(await drive((ctx) => modem.composition(ctx))).toBe('mbim');
  });

  it('is asked by a uqmi of before 2022 too, which has no time limit and is ended where it takes too long', async () => {
    const usage: Answer = {
      exitCode: 1,
      stderr: "uqmi: invalid option -- 't'\nUsage: uqmi <options|actions>\n",
    };
    const lines: string[] = [];
    const old = (answer: Answer): Modem =>
      createModem(
        fakeRouter({
          usbDevices: () => Promise.resolve([usb.mc7455('qmi_wwan')]),
          shell: (_ctx, script) => {
            if (script.includes('command -v')) return Promise.resolve(resultOf(script, 'has uqmi\n'));
            lines.push(script);
            return Promise.resolve(resultOf(script, script.includes(' -t 5000') ? usage : answer));
          },
        }),
        'mc7455',
      );
    const serving = '{"registration":"registered","plmn_description":"T-Mobile","roaming":false}\n';
    const found = await drive((ctx) => old({ stdout: serving, exitCode: 0 }).registration(ctx));
    expect(found).toBe('home');
    expect(lines[1]).toMatch(/^uqmi -s -d \/dev\/cdc-wdm0 --get-serving-system &\n/);
    await expect(drive((ctx) => old({ exitCode: 143 }).registration(ctx))).rejects.toMatchObject({
      code: 'modem.no-answer',
    });
  });

  it('has no model by uqmi but the one in its product string', async () => {
    const answers = new Map<string, Answer>();
    const sierra = bench('mc7455', ['uqmi'], answers).modem;
    expect(await drive((ctx) => sierra.identity(ctx))).toEqual({ model: 'MC7455' });
    const quectel = bench('ec25-a', ['uqmi'], answers).modem;
    expect(await drive((ctx) => quectel.identity(ctx))).toEqual({});
  });
});

describe('who else holds the device', () => {
  it('is a proxy: qmicli goes through it, uqmi cannot', async () => {
    const seen = '310 /usr/libexec/qmi-proxy\n';
    const { modem, asked } = bench('mc7455', ['qmicli', 'uqmi'], new Map(), { seen });
    await drive((ctx) => modem.radio(ctx)).catch(() => undefined);
    expect(asked).toEqual(['qmicli -p -d /dev/cdc-wdm0 --dms-get-operating-mode']);
    const alone = bench('mc7455', ['uqmi'], new Map(), { seen });
    // What keeps it from AT is told, since nothing else can be done.
    await expect(drive((ctx) => alone.modem.radio(ctx))).rejects.toMatchObject({ code: 'modem.no-port' });
    expect(alone.asked).toEqual([]);
  });

  it('is netifd with an MBIM session: nothing opens or closes another', async () => {
    const session = { driver: 'cdc_mbim', mbim: { up: true, pending: false } };
    const { modem, asked } = bench('mc7455', ['mbimcli', 'umbim', 'qmicli', 'uqmi'], new Map(), session);
    await drive((ctx) => modem.radio(ctx)).catch(() => undefined);
    await drive((ctx) => modem.unlockFcc(ctx)).catch(() => undefined);
    const base = bench('mc7455', ['umbim'], new Map(), session);
    await drive((ctx) => base.modem.radio(ctx)).catch(() => undefined);
    expect([...asked, ...base.asked]).toEqual([
      'mbimcli -d /dev/cdc-wdm0 --no-open=1000 --no-close --query-radio-state',
      'uqmi -m -s -d /dev/cdc-wdm0 -t 5000 --fcc-auth',
      'umbim -n -t 1000 -d /dev/cdc-wdm0 radio',
    ]);
  });

  it('is another program that stays: it is named', async () => {
    const seen = '900 /usr/sbin/ModemManager\n';
    const { modem } = bench('mc7455', ['uqmi'], new Map(), { seen });
    await expect(drive((ctx) => modem.unlockFcc(ctx))).rejects.toMatchObject({
      code: 'modem.port-busy',
      message: '/dev/cdc-wdm0 is in use by ModemManager (pid 900)',
    });
  });
});

describe('FCC authentication', () => {
  it('is given by qmicli, then the radio is switched on', async () => {
    const answers = new Map([
      ...outputs('em7455-lenovo qmi ready locked'),
      ['qmicli -d /dev/cdc-wdm0 --dms-set-operating-mode=online', 0] as const,
    ]);
    const { modem, asked } = bench('em7455-lenovo', ['qmicli'], answers);
    await drive((ctx) => modem.unlockFcc(ctx));
    expect(asked).toHaveLength(2);
  });

  it('needs a program on the router, and says which', async () => {
    const { modem } = bench('mc7455', [], new Map());
    await expect(drive((ctx) => modem.unlockFcc(ctx))).rejects.toMatchObject({
      code: 'modem.no-way',
      hint: expect.stringMatching(/^uqmi, or qmi-utils \(qmicli\), installed on the router or built into/),
    });
  });
});
