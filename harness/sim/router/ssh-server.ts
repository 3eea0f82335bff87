import { createHash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type AuthContext, type Connection, type Session } from 'ssh2';
import { messageOf } from '../../core/errors.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { Fault } from '../faults.ts';
import { lanAddress } from './configuration.ts';
import type { RouterMachine } from './machine.ts';
import { countCommands, type CommandCount } from './ssh-faults.ts';
import { serveSession } from './ssh-session.ts';

export interface SshServerOptions {
  /** The router's present life. */
  readonly machine: () => RouterMachine;
  readonly timeline: Timeline;
  readonly faults: readonly Fault[];
  readonly hostKey: string;
  readonly rootPassword?: string | undefined;
  readonly authorizedKey?: string | undefined;
}

export interface SshServer {
  accept(socket: Duplex): void;
  /** Breaks every connection, as a reboot does. */
  drop(): void;
}

// ssh2's server sends a keepalive every 15 s of real time unless this is 0: it would reach into virtual time, and keep
// the process alive while a connection is open.
Object.assign(ssh2.Server, { KEEPALIVE_CLIENT_INTERVAL: 0 });

/** dropbear as OpenWrt runs it: no sftp, no banner, root alone; with the faults of the rig. */
export function createSshServer(options: SshServerOptions): SshServer {
  const sockets = new Set<Duplex>();
  const count = countCommands(options, sockets);
  let nextPort = 46_000 + options.machine().rng.fork('ssh').integer(0, 8_000);
  const { dropbear } = options.machine().flavour.packages;
  const server = new ssh2.Server(
    { hostKeys: [options.hostKey], ident: `dropbear_${(dropbear ?? '').replace(/-.*/, '')}` },
    () => undefined,
  );
  // ssh2 announces a connection after its first line has come, and tells connections apart by the peer's port alone.
  const peers = new Map<number, Peer>();
  server.on('connection', (connection, { port }) => {
    const peer = peers.get(port);
    if (peer) serve(options, connection, peer, count);
  });

  return {
    accept: (socket) => {
      sockets.add(socket);
      const port = (nextPort += 6);
      socket.once('close', () => {
        sockets.delete(socket);
        peers.delete(port);
      });
      socket.on('error', () => undefined); // the other end breaks connections on purpose; `close` follows
      if ('setNoDelay' in socket && typeof socket.setNoDelay === 'function') socket.setNoDelay(true);
      if (count.hung) return;
      peers.set(port, greet(options, socket, port));
      Object.defineProperty(socket, 'remotePort', { value: port });
      // ssh2 says Socket, and uses of it what every Duplex has.
      server.injectSocket(socket as Socket);
    },
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A client's connection as dropbear's child process for it. */
interface Peer {
  readonly machine: RouterMachine;
  readonly socket: Duplex;
  /** `192.168.1.2:46006` */
  readonly from: string;
  loggedIn: boolean;
  say(level: string, text: string): void;
}

function greet(options: SshServerOptions, socket: Duplex, port: number): Peer {
  const machine = options.machine();
  const { log, processes } = machine;
  const pid = processes.nextPid();
  const peer: Peer = {
    machine,
    socket,
    from: `${clientAddress(machine)}:${port}`,
    loggedIn: false,
    say: (level, text) => log.add(`authpriv.${level}`, `dropbear[${pid}]`, text),
  };
  peer.say('info', `Child connection from ${peer.from}`);
  processes.add({
    pid,
    command: childCommand(machine),
    user: 'root',
    vsz: 1_156,
    kill: () => socket.destroy(),
  });
  socket.once('close', () => {
    processes.remove(pid);
    peer.say('info', exitLine(peer));
  });
  return peer;
}

function serve(options: SshServerOptions, connection: Connection, peer: Peer, count: CommandCount): void {
  const { machine, socket, from } = peer;
  connection.on('authentication', (context) => {
    const how = authenticate(options, context);
    if (how === undefined) {
      if (context.method === 'password') {
        peer.say('warn', `Bad password attempt for '${context.username}' from ${from}`);
      }
      context.reject(methodsOf(options));
      return;
    }
    if (how !== '') {
      peer.say('notice', `${how} from ${from}`);
      peer.loggedIn = true;
    }
    context.accept();
  });
  connection.on('session', (accept) => {
    const session: Session = accept();
    const peer = from.split(':');
    const comesFrom = [...peer, lanAddress(machine), '22'].join(' ');
    serveSession({ machine, session, socket, comesFrom, count, timeline: options.timeline });
  });
  connection.on('error', (error) => {
    options.timeline.add('ssh', 'server-error', { message: messageOf(error) });
  });
}

/** dropbear names the peer in its last line since 2020.79. */
function exitLine({ machine, loggedIn, from }: Peer): string {
  const recent = Number.parseInt(machine.flavour.packages['dropbear'] ?? '0', 10) >= 2020;
  if (!loggedIn)
    return recent ? `Exit before auth from <${from}>: Exited normally` : 'Exit before auth: Exited normally';
  return recent ? `Exit (root) from <${from}>: Disconnect received` : 'Exit (root): Disconnect received';
}

function childCommand(machine: RouterMachine): string {
  const listener = machine.flavour.daemons.find(({ command }) => command.includes('/dropbear '));
  return `${listener?.command ?? '/usr/sbin/dropbear'} -2 9`;
}

/** The harness on the router's LAN. */
export function clientAddress(machine: Pick<RouterMachine, 'flavour'>): string {
  return lanAddress(machine).replace(/1$/, '2');
}

function methodsOf({ authorizedKey }: SshServerOptions): ('password' | 'publickey')[] {
  return authorizedKey === undefined ? ['password'] : ['publickey', 'password'];
}

/** What dropbear logs for a login that succeeds, '' for a step on the way; undefined: refused. */
function authenticate(options: SshServerOptions, context: AuthContext): string | undefined {
  if (context.username !== 'root') return undefined;
  const { rootPassword, authorizedKey } = options;
  if (context.method === 'none') {
    const open = rootPassword === undefined && authorizedKey === undefined;
    return open ? "Auth succeeded with blank password for 'root'" : undefined;
  }
  if (context.method === 'password') {
    return sameText(context.password, rootPassword ?? '') ? "Password auth succeeded for 'root'" : undefined;
  }
  if (context.method !== 'publickey' || authorizedKey === undefined) return undefined;
  const known = ssh2.utils.parseKey(authorizedKey);
  if (known instanceof Error || Array.isArray(known)) return undefined;
  const blob = known.getPublicSSH();
  if (!blob.equals(context.key.data)) return undefined;
  if (!context.signature || !context.blob) return '';
  if (known.verify(context.blob, context.signature, context.hashAlgo) !== true) return undefined;
  const print = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return `Pubkey auth succeeded for 'root' with ${known.type} key SHA256:${print}`;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
