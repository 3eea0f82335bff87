import type { Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';
import type { Console, ConsolePrompt } from '../rig/console.ts';

/**
 * U-Boot's: `=> ` (mainline), and vendors' `ath> `, `ar7100> `, `AR7241# `, `MT7621 # `, `(IPQ40xx) # `, `GL-MIFI# `,
 * `VR9 # `, `Marvell>> `.
 * A shell's ends with # too, but a chip or a maker begins none. Source: boot logs in OpenWrt's wiki and forum.
 */
const BOOTLOADER = String.raw`(?:=>|[A-Za-z][\w.-]*>{1,2}|[A-Z][A-Z0-9]+ #|\(?(?:AR|MT|RT|IPQ|QCA|GL|gl)[\w-]*\)? ?[#>]) *$`;

/*
 * What stands at the end of a console's text.
 * OpenWrt: package/base-files' preinit asks for f and Enter; failsafe has a prompt like the shell's, and says so before.
 */
const prompts: readonly (readonly [ConsolePrompt, RegExp])[] = [
  ['autoboot', /(?:Autobooting in|(?:stop|interrupt|abort) autoboot)[^\n]*$/i],
  ['login', /(?:^|\n)\S+ login: $/],
  ['bootloader', new RegExp(`(?:^|\\n)${BOOTLOADER}`)],
  ['shell', /(?:^|\n)(?:\S+@\S+:\S*|\/?\S* ?)[#$] $/],
  ['login', /Please press Enter to activate this console\.\s*$/],
];

/** Where the router is, by the last of what its console showed; undefined: amid a boot, or nowhere that we know. */
export function promptAt(text: string): ConsolePrompt | undefined {
  const tail = withoutEscapes(text.slice(-2_000)).replaceAll('\r', '');
  const found = prompts.find(([, pattern]) => pattern.test(tail))?.[0];
  const failsafe = found === 'shell' && tail.lastIndexOf('- failsafe -') > tail.lastIndexOf('- init -');
  return failsafe ? 'failsafe' : found;
}

/** Terminal sequences: busybox asks for the cursor's place, U-Boot's EFI moves it. ECMA-48 5.4. */
// oxlint-disable-next-line no-control-regex -- an escape is what is looked for
const withoutEscapes = (text: string): string => text.replace(/\u001b(?:\[[0-9;?]*[A-Za-z]|[78])/g, '');

/** What a command on the console's shell left behind. */
export interface ConsoleResult {
  readonly exitCode: number;
  /** Both streams: a console has only one. */
  readonly output: string;
}

/** busybox's line editor, as OpenWrt builds it (FEATURE_EDITING_MAX_LEN 512), takes 510 characters and drops the rest silently. */
const LONGEST = 500;

/** A shell's prompt, also where the kernel has logged something behind it. */
const SHELL_PROMPT = /(?:^|[\r\n])(?:\S+@\S+:\S*|\/?\S* ?)[#$] /;

/** How long a shell may take to come: on a router amid its boot, many seconds. */
const SHELL_COMES: Ms = 30_000;

/**
 * Presses Enter and waits until a shell's prompt stands there. OpenWrt starts one only then (procd's askfirst), and what is typed
 * before its first prompt is dropped.
 */
async function wakeShell(ctx: Ctx, console: Console, limit: Ms): Promise<void> {
  const prompt = promptAt(console.recent());
  if (prompt === 'shell' || prompt === 'failsafe') return;
  const awake = console.expect(ctx, "a shell's prompt", SHELL_PROMPT, Math.min(limit, SHELL_COMES));
  awake.catch(() => undefined); // a write that fails is told first
  await console.write(ctx, '\r');
  await awake;
}

/**
 * Runs a line of shell on the console, where a shell waits (it is woken with Enter). Its output is found between marks
 * that the echo of the line does not have, so neither echo nor wrapped lines matter; lines that the kernel logs in
 * between are part of it.
 * @throws HarnessError `console.line-too-long`, `console.not-seen`, `console.lost`
 */
export async function runOnConsole(
  ctx: Ctx,
  console: Console,
  command: string,
  limit: Ms = 30_000,
): Promise<ConsoleResult> {
  const id = ctx.rng.integer(0, 0xffff_ffff).toString(16);
  const line = `echo "wwan""lab-begin-${id}"; { ${command}; }; echo "wwan""lab-end-${id}" $?`;
  if (line.length > LONGEST) throw tooLong(line.length);
  await wakeShell(ctx, console, limit);
  const done = console.expect(
    ctx,
    `the end of \`${command}\``,
    new RegExp(`wwanlab-begin-${id}\\r?\\n([\\s\\S]*?)wwanlab-end-${id} (\\d+)\\r?\\n`),
    limit,
  );
  done.catch(() => undefined); // a write that fails is told first
  await console.write(ctx, `${line}\r`);
  const { match } = await done;
  return { exitCode: Number(match[2]), output: (match[1] ?? '').replaceAll('\r', '') };
}

/** U-Boot's command line has 512 characters (CONFIG_SYS_CBSIZE) and cuts the rest silently. */
const UBOOT_LONGEST = 511;

/**
 * Runs a command at the boot loader's prompt and gives what it printed, up to the next prompt.
 * @throws HarnessError `console.line-too-long`, `console.not-seen`, `console.lost`
 */
export async function runInBootloader(
  ctx: Ctx,
  console: Console,
  command: string,
  limit: Ms = 30_000,
): Promise<string> {
  if (command.length > UBOOT_LONGEST) throw tooLong(command.length);
  const done = console.expect(ctx, `the prompt after \`${command}\``, BOOTLOADER_PROMPT, limit);
  done.catch(() => undefined);
  await console.write(ctx, `${command}\r`);
  const { text } = await done;
  const lines = withoutEscapes(text).replaceAll('\r', '').split('\n');
  return lines.slice(1, -1).join('\n'); // without the echo and the prompt
}

const BOOTLOADER_PROMPT = new RegExp(`\\n${BOOTLOADER}`);

/**
 * Stops the boot loader's countdown: keys are sent until its prompt stands there. To be called while the router is
 * being switched on; bytes before the countdown do no harm.
 * @param keys what stops it: any key with most, 4 in the menu of MT7621 and MT7628, a magic word with others
 * @throws HarnessError `console.not-seen` where no prompt came within `limit`
 */
export async function stopAutoboot(
  ctx: Ctx,
  console: Console,
  limit: Ms = 30_000,
  keys = ' ',
): Promise<void> {
  let done = false;
  const hammer = async (): Promise<void> => {
    while (!done) {
      await console.write(ctx, keys).catch(() => undefined); // it may be dark still
      await ctx.clock.sleep(50, ctx.signal).catch(() => (done = true));
    }
  };
  const hammering = hammer();
  try {
    await console.expect(ctx, "the boot loader's prompt", BOOTLOADER_PROMPT, limit);
  } finally {
    done = true;
    await hammering;
  }
  // Ctrl-C drops the blanks that are left on its line.
  const clean = console.expect(ctx, 'an empty prompt', BOOTLOADER_PROMPT, 5_000);
  clean.catch(() => undefined);
  await console.write(ctx, '\u0003');
  await clean;
}

const tooLong = (length: number): HarnessError =>
  new HarnessError(
    `a line of ${length} characters is too long for this console: its end would be cut off silently`,
    {
      code: 'console.line-too-long',
      blame: 'test',
      effect: 'none',
      hint: 'split it into several',
    },
  );
