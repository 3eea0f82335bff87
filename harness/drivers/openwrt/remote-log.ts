import { raceAbort, type Ctx } from '../../core/ctx.ts';
import { HarnessError, isHarnessError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import type { RemoteLog } from '../../rig/remote-log.ts';
import type { Router } from '../../rig/router.ts';
import type { UndoJournal } from '../../rig/undo.ts';
import type { SyslogPort } from '../syslog/port.ts';
import { receiveSyslog, type SyslogReceiver } from '../syslog/receiver.ts';
import { mustSucceed } from './errors.ts';
import { quoteWord } from './quote.ts';

/** Where /etc/init.d/log sends the log to. Source: OpenWrt package/system/ubox/files/log.init, since 13.07. */
const SECTION = 'system.@system[0]';
const OPTIONS = ['log_ip', 'log_port', 'log_proto', 'log_remote', 'log_prefix', 'log_trailer_null'] as const;

type Target = Readonly<Partial<Record<(typeof OPTIONS)[number], string>>>;

/** procd starts anew what has changed; `restart` would end logd too, and with it all that it remembers. */
const APPLY = 'sync; /etc/init.d/log reload';

/**
 * uci commits all that is staged in a file, whoever staged it; with another folder for that (-P) it commits nothing. So what
 * others have staged is put aside meanwhile. Source: uci file.c, uci_file_commit, and cli.c.
 */
const STAGED = '/tmp/.uci/system';
const ASIDE = '/tmp/.wwanlab-staged';
const putAside = `[ ! -s ${STAGED} ] || { (umask 077; cat ${STAGED} >>${ASIDE}) && rm ${STAGED}; }`;
const putBack = `[ ! -e ${ASIDE} ] || { cat ${STAGED} >>${ASIDE} 2>/dev/null; mv ${ASIDE} ${STAGED}; }`;

const THING = 'where the router sends its log';

/** The router's `logread -r` connects five seconds after its start. Source: ubox log/logread.c, TIMEOUT. */
const FIRST_MARK: Ms = 20_000;
/** One that does not come counts as a gap: a router that is busy may take seconds. */
const LAST_MARK: Ms = 10_000;

export interface RemoteLogOptions {
  /** Without a journal of its own: what it is told here is noted by us, and undone by us. */
  readonly router: Pick<Router, 'shell'>;
  readonly port: SyslogPort;
  readonly journal?: UndoJournal;
}

/** A router's log over syslog, by what OpenWrt has on board. */
export function createRemoteLog({ router, port, journal }: RemoteLogOptions): RemoteLog {
  const open = new Set<SyslogReceiver>();
  const name = `syslog over ${port.protocol.toUpperCase()}`;
  return {
    name,
    follow: async (ctx, onLine) => {
      const marks = createMarks(ctx, router);
      const { receiver, hush } = await listen(ctx, port, marks, onLine);
      open.add(receiver);
      const close = async (): Promise<void> => {
        open.delete(receiver);
        await receiver.close();
      };
      const before = await readTarget(ctx, router);
      journal?.note(THING, { kind: 'shell', line: pointing(before) });
      const restore = async (c: Ctx): Promise<void> => {
        mustSucceed(await router.shell(c, pointing(before)));
        journal?.done(THING);
      };
      try {
        const host = port.host ?? (await ourAddress(ctx, router));
        const target = {
          log_ip: host,
          log_port: String(receiver.port),
          log_proto: port.protocol,
          log_remote: '1',
        };
        mustSucceed(await router.shell(ctx, pointing(target)));
        await marks.comes(ctx, FIRST_MARK).catch((error: unknown) => {
          throw isHarnessError(error) && error.code === 'deadline.exceeded' ? silent(name, target) : error;
        });
      } catch (error) {
        await restore(ctx).catch(() => undefined); // what went wrong first is told; a journal keeps its note
        await close();
        throw error;
      }
      let finish: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => (finish = resolve));
      const stop = async (): Promise<void> => {
        await marks.comes(ctx, LAST_MARK).catch((error: unknown) => {
          if (!isHarnessError(error)) throw error;
          ctx.timeline.add('syslog', 'gap', { reason: `the last mark did not come: ${error.message}` });
        });
        hush();
        try {
          await restore(ctx);
        } finally {
          await close();
          finish();
        }
      };
      return { ended, stop };
    },
    close: async () => {
      for (const receiver of open) await receiver.close();
    },
  };
}

interface Marks {
  /** Is this line one of ours? */
  isOne(line: string): boolean;
  /** Lets the router log a mark until one comes back. @throws HarnessError `deadline.exceeded` */
  comes(ctx: Ctx, limit: Ms): Promise<void>;
}

function createMarks(ctx: Ctx, router: Pick<Router, 'shell'>): Marks {
  const prefix = `mark ${ctx.rng.integer(0, 0xffff_ffff).toString(16)}`;
  let count = 0;
  let wanted: { readonly text: string; readonly resolve: () => void } | undefined;
  return {
    isOne: (line) => {
      if (!line.includes(prefix)) return false;
      if (wanted && line.includes(wanted.text)) wanted.resolve();
      return true;
    },
    comes: (outer, limit) =>
      outer.within(limit, 'a mark comes back over syslog', async (c) => {
        const text = `${prefix} ${++count}.`;
        const came = new Promise<'came'>((resolve) => {
          wanted = { text, resolve: () => resolve('came') };
        });
        for (;;) {
          await router.shell(c, `logger -t wwanlab ${quoteWord(text)}`);
          const first = await raceAbort(Promise.race([came, c.clock.sleep(1_000, c.signal)]), c.signal);
          if (first === 'came') return;
        }
      }),
  };
}

/** Opens the port; what comes is believed from the first mark on, and only from whom that mark came. */
async function listen(
  ctx: Ctx,
  port: SyslogPort,
  marks: Marks,
  onLine: (line: string) => void,
): Promise<{ receiver: SyslogReceiver; hush(): void }> {
  const { timeline } = ctx;
  const strangers = new Set<string>();
  let peer: string | undefined;
  let over = false;
  const isPeer = (from: string): boolean => !over && peer !== undefined && (from === peer || from === '');
  const stranger = (from: string): void => {
    if (peer === undefined || over || strangers.has(from)) return;
    strangers.add(from);
    timeline.add('syslog', 'stranger', {
      from,
      text: 'another device logs here too; its lines are left out',
    });
  };
  const receiver = await receiveSyslog(ctx, port, {
    line: (line, from) => {
      if (marks.isOne(line)) peer ??= from;
      if (!isPeer(from)) return stranger(from);
      timeline.add('syslog', 'line', { line });
      onLine(line);
    },
    connected: (from) => {
      if (peer === undefined || isPeer(from)) timeline.add('syslog', 'connected', { from });
    },
    gap: (reason, from) => {
      if (isPeer(from)) timeline.add('syslog', 'gap', { reason });
    },
  });
  return { receiver, hush: () => (over = true) };
}

/** What is committed; somebody may try something else. */
async function readTarget(ctx: Ctx, router: Pick<Router, 'shell'>): Promise<Target> {
  const script = `${putAside}; uci show ${quoteWord(SECTION)}; e=$?; ${putBack}; exit $e`;
  const { stdout } = mustSucceed(await router.shell(ctx, script));
  const given = OPTIONS.flatMap((name) => {
    const value = new RegExp(`\\.${name}='(.*)'$`, 'm').exec(stdout)?.[1];
    return value === undefined ? [] : [[name, value.replaceAll("'\\''", "'")]];
  });
  return Object.fromEntries(given) as Target;
}

/** A line of shell that points the router there, and nowhere where nothing is given. It commits nothing else. */
function pointing(target: Target): string {
  const changes = OPTIONS.map((name) => {
    const value = target[name];
    return value === undefined ? `delete ${SECTION}.${name}` : `set ${SECTION}.${name}=${quoteWord(value)}`;
  });
  // A batch goes on where an option that is to go is not there.
  const batch = [...changes, 'commit system'].map(quoteWord).join(' ');
  return `${putAside}; printf '%s\\n' ${batch} | uci -q batch; ${putBack}; ${APPLY}`;
}

/** As the router sees us; dropbear and OpenSSH both tell a session where it came from. */
async function ourAddress(ctx: Ctx, router: Pick<Router, 'shell'>): Promise<string> {
  const { stdout } = await router.shell(ctx, 'echo "${SSH_CONNECTION:-$SSH_CLIENT}"');
  const address =
    stdout
      .trim()
      .split(/\s+/)[0]
      ?.replace(/^::ffff:/, '') ?? '';
  if (address !== '') return address;
  throw new HarnessError('the router does not tell from where we came to it', {
    code: 'syslog.no-address',
    blame: 'rig',
    effect: 'none',
    hint: 'name the address of this machine in the rig file: syslog: { host: … }',
  });
}

function silent(name: string, { log_ip: host = '', log_port: port = '' }: Target): HarnessError {
  return new HarnessError(
    `no ${name}: the router was told to log to ${host}, port ${port}, and no mark came`,
    {
      code: 'syslog.silent',
      blame: 'rig',
      effect: 'none',
      hint: 'does a firewall of this machine let that port in? behind NAT or a jump host name address and port: syslog: { host: …, port: … }; does the router use its own logd?',
      data: { host, port },
    },
  );
}
