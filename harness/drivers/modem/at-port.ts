import type { Ctx } from '../../core/ctx.ts';
import type { Ms } from '../../core/units.ts';
import { createAtReplyReader } from '../../protocols/at/reply-reader.ts';
import type { AtReply } from '../../rig/modem.ts';
import type { ExecResult, Router, UsbInterface } from '../../rig/router.ts';
import { quoteWord } from '../openwrt/quote.ts';
import { modemNotFound, noAnswer, noAtInterface, noComgt, noPort, portBusy, usbId } from './errors.ts';
import type { ModemFamily, ModemModel } from './families/family.ts';
import { atScript, atScriptPath } from './gcom-script.ts';
import { createPausedUsers, describeUser, listUsers, parseUsers } from './port-users.ts';
import type { UndoJournal } from '../../rig/undo.ts';

/** The serial port that answers AT, by its place on USB: `ttyUSB2` is only the name that it has today. */
interface Port {
  readonly tty: string;
  /** `/sys/bus/usb/devices/1-1:1.3` */
  readonly folder: string;
}

/** The script's, for no answer. */
const SILENCE = 2;
/** Exit statuses of our own, above those of comgt (0-8). */
const GONE = 90;
const NO_SCRIPT = 91;
const BUSY = 92;

/** What comgt says where the kernel had no transfer left for a character: the command was not sent, or not all of it. */
const NOT_SENT = /Could not write to COM device/;
/** At worst the port has moved, then the script is missing, and then a busy modem takes its characters slowly. */
const TRIES = 5;

/**
 * How long others may take to let the port go: a pppd hangs up within seconds after its call, and netifd kills it
 * otherwise; netifd's handler asks the card before it dials.
 */
const LETTING_GO: Ms = 10_000;
/** Looks in vain after which people are told what is waited for: one that hangs up is gone by then. */
const TELLING = 2;
/**
 * Looking for others costs a small router as much as a question: for so long it is not done again before a question, which
 * can be asked twice.
 */
const LOOK_AGAIN: Ms = 5_000;

export interface AtPort {
  at(ctx: Ctx, command: string, limit: Ms): Promise<AtReply>;
  /** Is it there, with what it takes to ask? @throws HarnessError `modem.not-found`, `modem.no-port`, `rig.no-comgt` */
  mustBeThere(ctx: Ctx): Promise<void>;
  /** Lets those go on that were paused because they held the port. */
  release(ctx: Ctx): Promise<void>;
}

/**
 * AT commands through the router's shell: one command line each, the script is put there once in a boot. Two that read
 * one tty steal each other's answers, so whoever has it open is paused where that does no harm, or waited for.
 * @param journal where a pause is noted that outlives this process
 */
export function createAtPort(
  router: Router,
  family: ModemFamily,
  model: ModemModel,
  journal?: UndoJournal,
): AtPort {
  let known: Port | undefined;
  const shared = createSharedPort(router, journal);

  /** A part of a command may lie in the modem. */
  let unfinished = false;

  /** Undefined: the modem has no command of it, and what was missing is there now. */
  const attempt = async (ctx: Ctx, command: string, limit: Ms): Promise<string | undefined> => {
    const port = (known ??= await findPort(ctx, router, family, model));
    const result = await shared.ask(ctx, port, command, limit, unfinished);
    unfinished = NOT_SENT.test(result.stderr);
    if (unfinished) return undefined;
    switch (result.exitCode) {
      case GONE:
        known = undefined;
        return undefined;
      case NO_SCRIPT:
        await router.upload(ctx, Buffer.from(atScript), atScriptPath);
        return undefined;
      case BUSY:
        throw portBusy(port.tty, parseUsers(result.stdout));
      case 126:
      case 127:
        throw noComgt(result.stderr, await router.lacking(ctx, { protocol: 'at', drivers: [] }));
      default:
        return result.stdout;
    }
  };

  return {
    release: (ctx) => shared.release(ctx),
    mustBeThere: async (ctx) => {
      await findPort(ctx, router, family, model);
      const lacking = await router.lacking(ctx, { protocol: 'at', drivers: [] });
      if (lacking) throw noComgt('no gcom on the router', lacking);
    },
    at: (ctx, command, limit) =>
      recordAt(ctx, command, async () => {
        let output: string | undefined;
        for (let tries = 0; tries < TRIES && output === undefined; tries++) {
          output = await attempt(ctx, command, limit);
        }
        return { tty: `/dev/${known?.tty ?? '?'}`, output: output ?? '' };
      }),
  };
}

/**
 * Writes the question to the timeline before it is asked, and the reply.
 * @param ask gives what came back, and where from
 * @throws HarnessError `modem.no-answer` where no final result code is in it
 */
export async function recordAt(
  ctx: Ctx,
  command: string,
  ask: () => Promise<{ readonly tty: string; readonly output: string }>,
): Promise<AtReply> {
  const sent = ctx.timeline.add('at', 'command', { command });
  const { tty, output } = await ask();
  const reply = createAtReplyReader(command).push(`${output}\n`);
  if (!reply) {
    const received = output.split(/[\r\n]+/).filter((line) => line.trim() !== '' && line.trim() !== command);
    ctx.timeline.add('at', 'silence', { received }, sent.seq);
    throw noAnswer(tty, shown(command), received);
  }
  ctx.timeline.add('at', 'reply', { final: reply.final, lines: reply.lines }, sent.seq);
  return reply;
}

/** A port that others may use as well. */
interface SharedPort extends Pick<AtPort, 'release'> {
  /** Asks when it is free; the exit status is BUSY where it does not become so. */
  ask(ctx: Ctx, port: Port, command: string, limit: Ms, again: boolean): Promise<ExecResult>;
}

function createSharedPort(router: Router, journal: UndoJournal | undefined): SharedPort {
  const others = createPausedUsers(router, journal);
  let lookedAt = -Infinity;
  return {
    release: (ctx) => others.resume(ctx),
    async ask(ctx, port, command, limit, again) {
      const end = ctx.clock.now() + LETTING_GO;
      for (let round = 0; ; round++) {
        const looks = !isQuestion(command) || ctx.clock.now() - lookedAt >= LOOK_AGAIN;
        const list = looks ? listUsers(port.tty, others.pids) : undefined;
        const line = askLine(port, command, limit, list, again);
        const result = await router.shell(ctx, line, { limit: limit + 15_000 });
        let busy = result.exitCode === BUSY ? result : undefined;
        if (result.exitCode === SILENCE && isQuestion(command)) {
          // Somebody who has come since may have taken the answer: then it is asked again.
          const now = await router.shell(ctx, lookLine(port.tty, listUsers(port.tty, others.pids)));
          if (now.exitCode === BUSY) busy = now;
        }
        if (!busy) {
          lookedAt = result.exitCode !== 0 ? -Infinity : looks ? ctx.clock.now() : lookedAt;
          return result;
        }
        lookedAt = -Infinity;
        const users = parseUsers(busy.stdout);
        if (await others.pause(ctx, users)) continue;
        if (ctx.clock.now() >= end) return busy;
        if (round === TELLING) {
          const who = users.map(describeUser).join(', ') || 'somebody';
          ctx.timeline.add('at', 'port.waiting', { text: `waiting for ${who} to let /dev/${port.tty} go` });
        }
        await ctx.clock.sleep(500, ctx.signal);
      }
    },
  };
}

export const atInterfaceOf = (family: ModemFamily, model: ModemModel): number =>
  model.atInterface ?? family.atInterface;

async function findPort(ctx: Ctx, router: Router, family: ModemFamily, model: ModemModel): Promise<Port> {
  const devices = await router.usbDevices(ctx);
  const device = devices.find((candidate) => model.application.includes(usbId(candidate)));
  if (!device) throw modemNotFound(model, devices);
  const at = atInterfaceOf(family, model);
  const port = device.interfaces.find(({ number }) => number === at);
  if (!port) throw noAtInterface(device, at);
  const tty = ttyOf(port);
  if (tty !== undefined) {
    return { tty, folder: `/sys/bus/usb/devices/${device.path}:1.${at}` };
  }
  const drivers = model.serialPorts.map(({ driver }) => driver);
  throw noPort(device, at, port.driver, await router.lacking(ctx, { protocol: 'at', drivers }));
}

function ttyOf(port: UsbInterface): string | undefined {
  return port.nodes.find((node) => node.startsWith('tty'));
}

/**
 * One line of shell: is the port still where it was, is the script there, does anybody else use the port, and only then the
 * question.
 * @param users looks for others than pppd as well
 */
function askLine(
  { tty, folder }: Port,
  command: string,
  limit: Ms,
  users: string | undefined,
  again: boolean,
): string {
  return [
    `[ -e ${folder}/${tty} ] || [ -e ${folder}/tty/${tty} ] || exit ${GONE}`,
    `[ -f ${atScriptPath} ] || exit ${NO_SCRIPT}`,
    lookLine(tty, users),
    `AGAIN=${again ? 1 : 0} WAIT=${Math.ceil(limit / 1_000)} COMMAND=${quoteWord(command)} gcom -d /dev/${tty} -s ${atScriptPath}`,
  ].join('\n');
}

/**
 * Prints who uses the port, and ends with BUSY if somebody does. pppd writes a lock, UUCP's HDB form, and keeps it while it
 * hangs up. The harness takes no lock: pppd would fail to dial.
 */
function lookLine(tty: string, users: string | undefined): string {
  const lock = `/var/lock/LCK..${tty}`;
  return [
    'seen=',
    `[ -f ${lock} ] && read -r p < ${lock} && kill -0 $p 2>/dev/null && seen=$p && echo $p $(cat /proc/$p/comm 2>/dev/null)`,
    ...(users === undefined ? [] : [users]),
    `[ -z "$seen" ] || exit ${BUSY}`,
  ].join('\n');
}

/** It changes nothing: `ATI`, `AT+CREG?`, `AT!BAND=?`. */
const isQuestion = (command: string): boolean => command.endsWith('?') || PLAIN_QUESTION.test(command);

/** Those without a question mark that are asked here. */
const PLAIN_QUESTION = /^AT(?:I|\+(?:CGSN|CIMI|CSQ|CEER|CBC|QGMR|QCSQ|QTEMP|QCCID))?$/i;

/** Without its arguments, which may be a PIN. */
function shown(command: string): string {
  return command.replace(/=.+$/, '=…');
}
