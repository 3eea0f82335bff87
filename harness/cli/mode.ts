import type { Ctx } from '../core/ctx.ts';
import { minutes } from '../core/units.ts';
import { didYouMean } from '../lab/nearest.ts';
import { findMisfit, hintOf } from '../procedures/misfit.ts';
import { swapMode, type ModeSwap } from '../procedures/mode.ts';
import { findModem } from '../procedures/modem-rungs.ts';
import { dataModes, type DataMode } from '../rig/modem.ts';
import type { Rig } from '../rig/rig.ts';
import { formatMs } from '../core/units.ts';
import { isInterrupt } from './interrupt.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { usageError } from './usage.ts';
import { waitOf } from './wait.ts';
import { rigFileOf, withRig } from './with-rig.ts';

const LIMIT = minutes(6);

/** `mode RIG [MODE]`: 0 in the mode, 1 where an interface or a driver is missing afterwards. */
export async function mode(args: Arguments, io: Io): Promise<number> {
  const [name = '', wanted] = args.positionals;
  const to = wanted === undefined ? undefined : modeOf(wanted);
  const file = rigFileOf(name);
  const options = { wait: waitOf(args) };
  if (to !== undefined) {
    const change = async (ctx: Ctx, rig: Rig) => {
      const next = toDial(rig);
      const swap = await swapMode(ctx, rig, to, args.flag('force')).catch((error: unknown) => {
        // What it changed is taken back, except that; a rig of another kind ends with its command.
        throw isInterrupt(error) && file.kind === 'lab'
          ? Object.assign(error, { hint: `the modem's link may be down now; to dial: ${next}` })
          : error;
      });
      return { ...swap, next };
    };
    const swap = await withRig(file, `changing ${file.id} to ${to}`, LIMIT, change, options);
    if (args.flag('json')) io.out(JSON.stringify({ rig: file.id, ...swap }, null, 2) + '\n');
    else io.out(describe(swap));
    if (file.kind === 'lab') io.err(`the link is down; to dial: ${swap.next}\n`);
    return swap.ok ? 0 : 1;
  }
  const ask = async (ctx: Ctx, rig: Rig) => ({
    rig: file.id,
    composition: await rig.modem.composition(ctx),
    protocol: await rig.router.uciGet(ctx, `network.${rig.connection.interfaceName}.proto`),
    modes: Object.keys(rig.modem.modes),
    serialPorts: await hasSerialPorts(ctx, rig),
    detour: rig.modem.detour(),
    misfit: (await findMisfit(ctx, rig)) ?? null,
  });
  const found = await withRig(file, `a look at the mode of ${file.id}`, LIMIT, ask, options);
  if (args.flag('json')) io.out(JSON.stringify(found, null, 2) + '\n');
  else {
    const beside = found.serialPorts
      ? ' beside the serial ports'
      : ', and the router has no serial port of it';
    io.out(`USB shows ${found.composition ?? 'no network function that we know'}${beside},\n`);
    io.out(`netifd dials with ${found.protocol ?? 'nothing'}; this modem has ${found.modes.join(', ')}\n`);
    if (found.detour !== undefined) io.out(`${found.detour}\n`);
    if (found.misfit) io.out(`${found.misfit.text}; type: ${hintOf(found.misfit)}\n`);
  }
  return 0;
}

const toDial = ({ name, connection }: Rig): string =>
  `wwanlab shell ${name} "ifup ${connection.interfaceName}"`;

async function hasSerialPorts(ctx: Ctx, rig: Rig): Promise<boolean> {
  const device = findModem(rig, await rig.router.usbDevices(ctx));
  return device?.interfaces.some(({ nodes }) => nodes.some((node) => node.startsWith('tty'))) ?? false;
}

function modeOf(text: string): DataMode {
  const found = dataModes.find((one) => one === text);
  if (found) return found;
  throw usageError(
    'mode',
    `found "${text}"${didYouMean(text, dataModes)}, allowed: ${dataModes.join(', ')}`,
    'type: wwanlab mode --help',
  );
}

function describe({ from, to, ok, restarted, tookMs, interfaces }: ModeSwap): string {
  const how = restarted ? 'the modem was restarted' : 'the modem had it already';
  return [
    `${from ?? 'another protocol'} -> ${to}: ${ok ? 'done' : 'NOT reached'} in ${formatMs(Math.round(tookMs))}, ${how}`,
    ...interfaces.map((check) => `  ${check.ok ? 'ok  ' : 'FAIL'}  ${check.text}`),
    '',
  ].join('\n');
}
