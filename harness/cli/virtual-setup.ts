import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

import { throwIfAborted } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import { createRealClock } from '../core/real-clock.ts';
import { formatMs } from '../core/units.ts';
import { sweepCache } from '../virtual/cache.ts';
import { virtualError } from '../virtual/errors.ts';
import { findRequirements, missingRequirements, packagesOf, type Missing } from '../virtual/requirements.ts';
import { buildGuest, findImage } from '../virtual/setup.ts';
import type { Io } from './io.ts';
import { consoleCtx } from './console-ctx.ts';
import { abortOnInterrupt } from './interrupt.ts';
import type { Arguments } from './spec.ts';

interface SetupResult {
  readonly ok: boolean;
  readonly missing: readonly Missing[];
  /** What to type to install it. */
  readonly install?: string;
  readonly image?: { readonly key: string; readonly folder: string; readonly tookMs: number };
}

/** `virtual setup`: Debian packages, then the guest's image and its booted snapshot. */
export async function virtualSetup(args: Arguments, io: Io): Promise<number> {
  const say = (text: string): void => (args.flag('json') ? undefined : io.out(`${text}\n`));
  const interrupt = abortOnInterrupt(interrupted);
  let result: SetupResult;
  try {
    result = await setUp(args, say, interrupt.signal);
  } catch (error) {
    throwIfAborted(interrupt.signal); // Ctrl-C ended what failed
    throw error;
  } finally {
    interrupt.dispose();
  }
  if (args.flag('json')) io.out(JSON.stringify(result, null, 2) + '\n');
  return result.ok ? 0 : 2;
}

async function setUp(
  args: Arguments,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<SetupResult> {
  let missing = missingRequirements();
  const install = installCommand(missing);
  if (missing.length > 0) {
    say('Missing:');
    for (const item of missing) say(`  ${item.file}  (Debian package ${item.package})`);
    if (args.flag('check')) return notInstalled(missing, install, say);
    const command = asRoot(install);
    if (!command) return notInstalled(missing, install, say);
    say(`Installs them now: ${command.join(' ')}`);
    await run(command);
    missing = missingRequirements();
    if (missing.length > 0) return notInstalled(missing, install, say);
  } else say('Programs and kernel: all there');
  return args.flag('check') ? checkImage(say) : await build(args, say, signal);
}

function notInstalled(
  missing: readonly Missing[],
  install: readonly string[],
  say: (text: string) => void,
): SetupResult {
  const text = `sudo ${install.join(' ')}`;
  say(`Install them with: ${text}`);
  return { ok: false, missing, install: text };
}

const installCommand = (missing: readonly Missing[]): string[] => [
  'apt-get',
  'install',
  '-y',
  '--no-install-recommends',
  ...packagesOf(missing),
];

/** The command as root, if we are or may become it without a question. */
function asRoot(command: readonly string[]): string[] | undefined {
  if (spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).error) return undefined;
  if (process.getuid?.() === 0) return [...command];
  const mayBecomeRoot = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return mayBecomeRoot ? ['sudo', '-n', ...command] : undefined;
}

/** apt-get's own words go to standard error: standard output is ours. */
async function run([program = '', ...args]: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const child = spawn(program, args, { stdio: ['ignore', process.stderr, process.stderr], env });
  const code = await new Promise((resolve) => child.once('error', () => resolve(-1)).once('close', resolve));
  if (code === 0) return;
  throw virtualError(
    'install-failed',
    `${program} ended with code ${String(code)}`,
    'type: apt-get update, then wwanlab virtual setup',
  );
}

function checkImage(say: (text: string) => void): SetupResult {
  const image = findImage(findRequirements());
  say(image ? `Image: ${image.folder}` : 'Image: not built yet; type: wwanlab virtual setup');
  return {
    ok: image !== undefined,
    missing: [],
    ...(image && { image: { ...image, tookMs: 0 } }),
  };
}

/** Half an image is of no use to anybody, and is removed with the build's end. */
const interrupted = (): HarnessError =>
  new HarnessError('virtual setup was interrupted: what was built of the image until then is removed', {
    code: 'run.interrupted',
    blame: 'test',
    effect: 'none',
    hint: 'it begins anew with: wwanlab virtual setup',
  });

async function build(
  args: Arguments,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<SetupResult> {
  const found = findRequirements();
  if (sweepCache()) say('Removed what a build that was killed had left in the cache');
  const existing = findImage(found);
  if (existing && args.flag('rebuild')) rmSync(existing.folder, { recursive: true, force: true });
  else if (existing) {
    say(`Image: ${existing.folder} is up to date`);
    return { ok: true, missing: [], image: { ...existing, tookMs: 0 } };
  }
  say(`Builds the guest (Linux ${found.kernel.release}, ${found.accelerator}) and boots it once …`);
  const clock = createRealClock();
  const image = await buildGuest(consoleCtx(clock, 'virtual setup', signal), found);
  const tookMs = Math.round(clock.now());
  say(`Image: ${image.folder}, built and booted in ${formatMs(tookMs)}`);
  say('Next: wwanlab run --rig virtual-mc7455 --suite connect/ppp');
  return { ok: true, missing: [], image: { ...image, tookMs } };
}
