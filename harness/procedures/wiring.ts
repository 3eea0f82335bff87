import type { Ctx } from '../core/ctx.ts';
import { HarnessError, isHarnessError } from '../core/errors.ts';
import { formatMs, seconds, type Ms } from '../core/units.ts';
import type { Console, ConsolePrompt } from '../rig/console.ts';
import type { PowerSwitch } from '../rig/power.ts';
import type { Rig } from '../rig/rig.ts';
import type { Boot, Router } from '../rig/router.ts';
import { awaitBoot, isSilence } from './boot.ts';
import { promptAt, runOnConsole } from './console.ts';
import { findModem } from './modem-rungs.ts';
import { cyclePower } from './power.ts';

/** What is written to these on a router comes out at its serial port: as it is, and as the kernel's own emergency. */
const ways = [
  { node: '/dev/console', prefix: '' },
  { node: '/dev/kmsg', prefix: '<0>' }, // 0 passes every console log level (printk(9))
] as const;

const SHOWS_WITHIN: Ms = seconds(5);

/**
 * Proves that a console is that of this router: a mark that is written there has to come out here, or the shell behind it
 * to know the same boot.
 * @returns the way it came
 * @throws HarnessError `console.not-seen` with what the console showed instead, `console.other-router`
 */
export async function proveConsole(ctx: Ctx, router: Router, console: Console): Promise<string> {
  let missed: unknown;
  for (const { node, prefix } of ways) {
    const mark = `wwanlab-check-${ctx.rng.integer(0, 0xffff_ffff).toString(16)}`;
    const seen = console.expect(
      ctx,
      `what was written to ${node} on the router`,
      new RegExp(mark),
      SHOWS_WITHIN,
    );
    seen.catch(() => undefined); // a router that can't be written to is told first
    await router.shell(ctx, `echo '${prefix}${mark}' > ${node}`);
    const found = await seen.catch((error: unknown) => {
      if (!isHarnessError(error) || error.code !== 'console.not-seen') throw error;
      missed ??= error;
      return undefined;
    });
    if (found) return node;
  }
  const behind = await whoIsBehind(ctx, console);
  if (behind === undefined) throw missed;
  if (behind.bootId === undefined) throw notThisRouter(console, `it shows a prompt (${behind.prompt})`);
  if (behind.bootId === (await router.boot(ctx)).bootId) return 'its shell'; // the kernel's console is elsewhere
  throw notThisRouter(console, 'the shell there runs on another kernel');
}

const ANSWERS_WITHIN: Ms = seconds(3);

/** Who answers a key, where a shell does by the boot that it knows; undefined: nobody, or nothing that is understood. */
async function whoIsBehind(
  ctx: Ctx,
  console: Console,
): Promise<{ readonly prompt: ConsolePrompt; readonly bootId?: string } | undefined> {
  try {
    // Enter alone would have U-Boot repeat its last command.
    await console.write(ctx, ' \r');
    const ask = async (): Promise<ConsolePrompt | undefined> => promptAt(console.recent());
    const prompt = await ctx.expect('a prompt', ask, ANSWERS_WITHIN);
    if (prompt !== 'shell' && prompt !== 'failsafe') return { prompt };
    const { output } = await runOnConsole(ctx, console, BOOT_ID, seconds(5));
    const bootId = /^[0-9a-f-]{36}$/m.exec(output)?.[0];
    return bootId === undefined ? undefined : { prompt, bootId };
  } catch (error) {
    if (isHarnessError(error) && /^(?:expectation|console)\./.test(error.code)) return undefined;
    throw error;
  }
}

const BOOT_ID = 'cat /proc/sys/kernel/random/boot_id';

const notThisRouter = ({ name }: Console, found: string): HarnessError =>
  new HarnessError(
    `${name} is the console of another router: ${found}, and what this one writes is not seen`,
    {
      code: 'console.other-router',
      blame: 'rig',
      effect: 'none',
      hint: 'look at its wiring, and at console in the rig file; nothing but a question was typed there',
    },
  );

/** A router that still had power would answer within this long. */
const WOULD_ANSWER: Ms = seconds(10);

/**
 * Proves that a switch cuts this router's supply: it is off for as long as the switch says, and afterwards the router
 * has booted. Everything that runs on it is lost.
 * @returns from power on to the first answer
 * @throws HarnessError `power.not-cut`, `power.left-off`, `boot.not-seen`
 */
export async function provePower(ctx: Ctx, router: Router, power: PowerSwitch): Promise<Ms> {
  const before = await router.boot(ctx);
  await cyclePower(ctx, power);
  const start = ctx.clock.now();
  const still = await bootNow(ctx, router);
  if (still?.bootId === before.bootId) throw notCut(power, still);
  await awaitBoot(ctx, { router }, before.bootId);
  return ctx.clock.now() - start;
}

/** How long a modem may take to leave USB, and to be back on it. */
const MODEM_GONE: Ms = seconds(10);
const MODEM_BACK: Ms = seconds(90);

/**
 * Proves that a switch cuts this modem's supply: it leaves USB, and comes back when it is on again.
 * @returns from power on to its being back
 * @throws HarnessError `power.not-cut`, `power.left-off`, `expectation.unmet` where it does not come back
 */
export async function proveModemPower(ctx: Ctx, rig: Rig): Promise<Ms> {
  const { router, modemPower } = rig;
  if (!modemPower) return 0;
  const onUsb = async (c: Ctx): Promise<number | undefined> =>
    findModem(rig, await router.usbDevices(c))?.number;
  const before = await onUsb(ctx);
  let gone: boolean;
  try {
    await modemPower.set(ctx, false);
    const left = async (c: Ctx): Promise<true | undefined> =>
      (await onUsb(c)) === undefined ? true : undefined;
    gone = await ctx.expect('the modem has left USB', left, MODEM_GONE).catch((error: unknown) => {
      if (isHarnessError(error) && error.code === 'expectation.unmet') return false;
      throw error;
    });
  } finally {
    await modemPower.set(ctx, true);
  }
  if (before !== undefined && !gone) throw modemNotCut(modemPower);
  const start = ctx.clock.now();
  await ctx.expect('the modem is back on USB', onUsb, MODEM_BACK);
  return ctx.clock.now() - start;
}

const modemNotCut = ({ name }: PowerSwitch): HarnessError =>
  new HarnessError(`${name} was off for 10 s, and the modem stayed on USB`, {
    code: 'power.not-cut',
    blame: 'rig',
    effect: 'none',
    hint: 'does it feed another modem? does the slot feed it too (back-feed over USB)?',
  });

/** Undefined: it does not answer. */
async function bootNow(ctx: Ctx, router: Router): Promise<Boot | undefined> {
  return ctx
    .within(WOULD_ANSWER, 'a router that may have lost its power', (c) => router.boot(c))
    .catch((error: unknown) => {
      if (isSilence(error) || (isHarnessError(error) && error.code === 'deadline.exceeded')) return undefined;
      throw error;
    });
}

const notCut = ({ name }: PowerSwitch, { uptimeMs }: Boot): HarnessError =>
  new HarnessError(`${name} was off, and the router ran on (up for ${formatMs(uptimeMs)})`, {
    code: 'power.not-cut',
    blame: 'rig',
    effect: 'none',
    hint: 'does it feed another router? has this one a battery, or a second supply (PoE, USB)?',
  });
