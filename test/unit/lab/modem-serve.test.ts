import { describe, expect, it } from '@jest/globals';
import { createRng } from '../../../harness/core/chance.ts';
import { Timeline, type TimelineEvent } from '../../../harness/core/timeline.ts';
import { createVirtualClock } from '../../../harness/core/virtual-clock.ts';
import { runCommand, type ControlAnswer } from '../../../harness/lab/modem-commands.ts';
import { parseSim } from '../../../harness/lab/modem-options.ts';
import { serveModem } from '../../../harness/lab/modem-serve.ts';
import { parseFault } from '../../../harness/sim/parse-fault.ts';
import { profileById } from '../../../harness/sim/modem/profiles/index.ts';

interface Served {
  readonly say: (line: string) => ControlAnswer;
  readonly pass: (ms: number) => Promise<void>;
  readonly faults: () => string[];
  readonly unfired: () => string[];
}

/** A modem without a host, in virtual time. */
async function served(
  sim: string,
  body: (served: Served) => Promise<void>,
  faults: readonly string[] = [],
): Promise<void> {
  const clock = createVirtualClock();
  const events: TimelineEvent[] = [];
  const timeline = new Timeline({
    clock,
    redact: (text) => text,
    write: (line) => events.push(JSON.parse(line) as TimelineEvent),
  });
  await clock.drive('test', async () => {
    const modem = await serveModem(
      { clock, rng: createRng(1), timeline },
      {
        profile: profileById('mc7455'),
        sim: parseSim(sim),
        apns: ['internet'],
        rttMs: undefined,
        faults: faults.map((text) => parseFault(text)),
        usbredir: undefined,
        usbip: undefined,
      },
    );
    await body({
      say: (line) => runCommand(modem, line),
      pass: (ms) => clock.sleep(ms),
      unfired: () => modem.injector.unfired().map(({ fault }) => fault.kind),
      faults: () => events.filter(({ source }) => source === 'fault').map(({ kind }) => kind),
    });
    await modem.close();
  });
}

const data = (answer: ControlAnswer): unknown => ('data' in answer ? answer.data : undefined);

describe('commands to a modem that is served', () => {
  it.each([
    ['ready', { sim: 'ready', registration: 'home' }],
    ['none', { sim: 'absent', registration: 'idle' }],
    ['pin:4321', { sim: 'pin', registration: 'idle' }],
    ['puk', { sim: 'puk', registration: 'idle' }],
  ])('show its state, with the card %s', async (sim, state) => {
    await served(sim, async ({ say, pass }) => {
      await pass(10_000);
      expect(data(say('status'))).toMatchObject({ ...state, power: 'on', usb: '1199:9071' });
    });
  });

  it('carry faults out, for a time or until they are cleared', async () => {
    await served('ready', async ({ say, pass, faults }) => {
      await pass(10_000);
      expect(say('usb.disconnect 2s')).toMatchObject({ ok: true });
      expect(data(say('status'))).toMatchObject({ usb: 'absent' });
      await pass(2_001);
      expect(data(say('status'))).toMatchObject({ usb: '1199:9071' });
      expect(say('cell.lost')).toMatchObject({ ok: true });
      await pass(60_000);
      expect(data(say('status'))).toMatchObject({ registration: 'searching' });
      expect(say('clear cell.lost')).toMatchObject({ ok: true });
      await pass(60_000);
      expect(data(say('status'))).toMatchObject({ registration: 'home' });
      expect(faults()).toContain('usb.disconnect');
    });
  });

  it.each([
    ['ready', 'bearer.drop', 'no data session is up'],
    ['none', 'sim.remove', 'no card is in the slot'],
    ['ready', 'sim.insert', 'a card is in the slot'],
    ['ready', 'clear cell.lost', 'no cell.lost holds'],
  ])('find nothing to do, with the card %s, and say so: %s', async (sim, line, why) => {
    await served(sim, async ({ say, pass, unfired }) => {
      await pass(10_000);
      expect(say(line)).toMatchObject({ ok: false, text: expect.stringContaining(why) });
      expect(unfired()).toEqual([]);
    });
  });

  it('and what is done to a modem without power does nothing either', async () => {
    await served('ready', async ({ say }) => {
      say('power off');
      expect(say('crash')).toMatchObject({ ok: false, text: expect.stringContaining('not running (off)') });
    });
  });

  it('plan a fault, which comes at its moment, or is forgotten again', async () => {
    await served('ready', async ({ say, pass, faults, unfired }) => {
      expect(say('crash after 5s of registration')).toMatchObject({ ok: true });
      expect(say('sim.remove after 1h')).toMatchObject({ ok: true });
      await pass(4_000);
      expect(faults()).toEqual([]);
      await pass(20_000);
      expect([faults(), unfired()]).toEqual([['crash'], ['sim.remove']]);
      expect(say('clear sim.remove')).toMatchObject({ ok: true });
      expect(unfired()).toEqual([]);
    });
  });

  it('list one form a line', async () => {
    await served('ready', async ({ say }) => {
      const help = say('help');
      const lines = ('lines' in help && help.lines) || [];
      expect(lines.length).toBeGreaterThan(20);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(160);
    });
  });

  it('switch the supply', async () => {
    await served('ready', async ({ say, pass }) => {
      say('power off');
      expect(data(say('status'))).toMatchObject({ power: 'off', usb: 'absent' });
      say('power on');
      await pass(20_000);
      expect(data(say('status'))).toMatchObject({ power: 'on', usb: '1199:9071' });
    });
  });

  it.each([
    '',
    'stauts',
    'power',
    'power up',
    'clear',
    'clear nothing',
    'bearer.drop x',
    'toString',
    '__proto__ 1',
  ])('that make no sense are answered with what would: "%s"', async (line) => {
    await served('ready', async ({ say }) => {
      expect(say(line)).toMatchObject({ ok: false, hint: expect.any(String) });
    });
  });
});

describe('faults that a served modem starts with', () => {
  it('are carried out, end in time, and those that never bit are known', async () => {
    const faults = [
      'cell.lost 15s',
      'echo.lost',
      'bearer.drop after 1s of bearer.up',
      'sim.remove after 1min',
    ];
    await served(
      'ready',
      async ({ say, pass, unfired }) => {
        await pass(14_000);
        expect(data(say('status'))).toMatchObject({ registration: 'searching' });
        await pass(40_000);
        expect(data(say('status'))).toMatchObject({ registration: 'home' });
        await pass(10_000);
        expect(unfired()).toEqual(['echo.lost', 'bearer.drop']);
      },
      faults,
    );
  });

  it('are refused at once where they can do nothing then', async () => {
    const refused = served('ready', () => Promise.resolve(), ['bearer.drop 36']);
    await expect(refused).rejects.toMatchObject({
      code: 'fault.idle',
      hint: expect.stringContaining('bearer.drop after 5s of bearer.up'),
    });
  });
});
