import type { Ctx } from '../../core/ctx.ts';
import type { Ms } from '../../core/units.ts';
import { createAtReplyReader } from '../../protocols/at/reply-reader.ts';
import type { AtReply } from '../../rig/modem.ts';
import type { ExecResult, Router, UsbInterface } from '../../rig/router.ts';
import { quoteWord } from '../openwrt/quote.ts';
import { modemNotFound, noAnswer, noComgt, noPort, portBusy, usbId } from './errors.ts';
import type { ModemFamily, ModemModel } from './families/family.ts';
import { atScript, atScriptPath } from './gcom-script.ts';

/** The serial port that answers AT, by its place on USB: `ttyUSB2` is only the name that it has today. */
interface Port {
  readonly tty: string;
  /** `/sys/bus/usb/devices/1-1:1.3` */
  readonly folder: string;
}

/** Exit statuses of our own, above those of comgt (0-8). */
const GONE = 90;
const NO_SCRIPT = 91;
const BUSY = 92;

/** What comgt says where the kernel had no transfer left for a character: the command was not sent, or not all of it. */
const NOT_SENT = /Could not write to COM device/;
/** At worst the port has moved, then the script is missing, and then a busy modem takes its characters slowly. */
const TRIES = 5;

/** How long pppd may take to end after its call: it closes down within seconds, and netifd kills it otherwise. */
const HANGING_UP: Ms = 10_000;

export interface AtPort {
  at(ctx: Ctx, command: string, limit: Ms): Promise<AtReply>;
}

/** AT commands through the router's shell: one command line each, the script is put there once in a boot. */
export function createAtPort(router: Router, family: ModemFamily, model: ModemModel): AtPort {
  let known: Port | undefined;

  /** netifd calls a link down while its pppd is still hanging up. */
  const whenFree = async (ctx: Ctx, line: string, limit: Ms): Promise<ExecResult> => {
    const end = ctx.clock.now() + HANGING_UP;
    for (;;) {
      const result = await router.shell(ctx, line, { limit: limit + 15_000 });
      if (result.exitCode !== BUSY || ctx.clock.now() >= end) return result;
      await ctx.clock.sleep(500, ctx.signal);
    }
  };

  /** A part of a command may lie in the modem. */
  let unfinished = false;

  /** Undefined: the modem has no command of it, and what was missing is there now. */
  const attempt = async (ctx: Ctx, command: string, limit: Ms): Promise<string | undefined> => {
    const port = (known ??= await findPort(ctx, router, family, model));
    const result = await whenFree(ctx, askLine(port, command, limit, unfinished), limit);
    unfinished = NOT_SENT.test(result.stderr);
    if (unfinished) return undefined;
    switch (result.exitCode) {
      case GONE:
        known = undefined;
        return undefined;
      case NO_SCRIPT:
        await router.upload(ctx, Buffer.from(atScript), atScriptPath);
        return undefined;
      case BUSY: {
        const [pid = '?', program = ''] = result.stdout.trim().split(' ');
        throw portBusy(port.tty, pid, program);
      }
      case 126:
      case 127:
        throw noComgt(result.stderr);
      default:
        return result.stdout;
    }
  };

  return {
    async at(ctx, command, limit) {
      const sent = ctx.timeline.add('at', 'command', { command });
      let output: string | undefined;
      for (let tries = 0; tries < TRIES && output === undefined; tries++) {
        output = await attempt(ctx, command, limit);
      }
      output ??= '';
      const reader = createAtReplyReader(command);
      const reply = reader.push(`${output}\n`);
      if (!reply) {
        const received = output.split('\n').filter((line) => line.trim() !== '' && line.trim() !== command);
        ctx.timeline.add('at', 'silence', { received }, sent.seq);
        throw noAnswer(known?.tty ?? '?', shown(command), received);
      }
      ctx.timeline.add('at', 'reply', { final: reply.final, lines: reply.lines }, sent.seq);
      return reply;
    },
  };
}

async function findPort(ctx: Ctx, router: Router, family: ModemFamily, model: ModemModel): Promise<Port> {
  const devices = await router.usbDevices(ctx);
  const device = devices.find((candidate) => model.application.includes(usbId(candidate)));
  if (!device) throw modemNotFound(model, devices);
  const port = device.interfaces.find(({ number }) => number === family.atInterface);
  const tty = ttyOf(port);
  if (tty !== undefined) {
    return { tty, folder: `/sys/bus/usb/devices/${device.path}:1.${family.atInterface}` };
  }
  const installed = (await router.packages(ctx)).has(family.serialPackage);
  throw noPort(device, family.atInterface, port?.driver, family.serialPackage, installed);
}

function ttyOf(port: UsbInterface | undefined): string | undefined {
  return port?.nodes.find((node) => node.startsWith('tty'));
}

/**
 * One line of shell: is the port still where it was, is the script there, does a living process hold the lock (pppd
 * writes one, UUCP's HDB form), and only then the question. The harness takes no lock: pppd would fail to dial.
 */
function askLine({ tty, folder }: Port, command: string, limit: Ms, again: boolean): string {
  const lock = `/var/lock/LCK..${tty}`;
  return [
    `[ -e ${folder}/${tty} ] || [ -e ${folder}/tty/${tty} ] || exit ${GONE}`,
    `[ -f ${atScriptPath} ] || exit ${NO_SCRIPT}`,
    `[ -f ${lock} ] && read -r pid < ${lock} && kill -0 $pid 2>/dev/null && echo $pid $(cat /proc/$pid/comm 2>/dev/null) && exit ${BUSY}`,
    `AGAIN=${again ? 1 : 0} WAIT=${Math.ceil(limit / 1_000)} COMMAND=${quoteWord(command)} gcom -d /dev/${tty} -s ${atScriptPath}`,
  ].join('\n');
}

/** Without its arguments, which may be a PIN. */
function shown(command: string): string {
  return command.replace(/=.+$/, '=…');
}
