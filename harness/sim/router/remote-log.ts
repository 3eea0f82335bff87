import type { Duplex } from 'node:stream';

import type { Cancel } from '../../core/clock.ts';
import type { Ms } from '../../core/units.ts';
import { priorityByName } from '../../protocols/syslog/priority.ts';
import type { RouterMachine, UciSection } from './machine.ts';
import { defineService } from './services.ts';

/** What is reached on the router's LAN, besides the router. */
export interface Lan {
  /** Sends a datagram; where nobody listens it is lost. */
  send(host: string, port: number, bytes: Uint8Array): void;
  /** The router's end of a TCP connection; undefined: refused. */
  connect(host: string, port: number): Duplex | undefined;
}

/** Before the first try, and between two. Source: ubox log/logread.c, add_socket_connect_timeout. */
const CONNECT_AFTER: Ms = 5_000;

/** `logread -f -r` as /etc/init.d/log starts it where the log is to go somewhere. Lines meanwhile are lost. */
export function installRemoteLog(machine: RouterMachine, lan: Lan): Cancel {
  let running: { readonly of: string; stop(): void } | undefined;
  const stop = (): void => {
    running?.stop();
    running = undefined;
  };
  /** procd leaves alone what has not changed. */
  const apply = (): number => {
    const target = targetOf(machine);
    const of = JSON.stringify(target);
    if (running?.of === of) return 0;
    stop();
    if (target) running = { of, stop: startSender(machine, lan, target) };
    return 0;
  };
  const restart = (): number => {
    stop();
    return apply();
  };
  const service = { start: apply, reload: apply, restart, stop: () => (stop(), 0) };
  defineService(machine, 'log', service);
  apply();
  return stop;
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  readonly name: string;
  readonly prefix: string;
}

function targetOf({ uci, files }: RouterMachine): Target | undefined {
  const section = uci.committed('system')?.find(({ type }) => type === 'system');
  const host = section && optionOf(section, 'log_ip');
  if (!section || host === undefined || optionOf(section, 'log_remote') === '0') return undefined;
  const prefix = optionOf(section, 'log_prefix');
  return {
    host,
    port: Number(optionOf(section, 'log_port') ?? 514),
    protocol: optionOf(section, 'log_proto') ?? 'udp',
    name: files.readText('/proc/sys/kernel/hostname')?.trim() ?? 'OpenWrt',
    prefix: prefix === undefined ? '' : `${prefix}: `,
  };
}

function optionOf({ options }: UciSection, name: string): string | undefined {
  const value = options.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** @returns stops it */
function startSender(machine: RouterMachine, lan: Lan, target: Target): Cancel {
  const { clock, processes, log } = machine;
  const { host, port, protocol, name, prefix } = target;
  const pid = processes.nextPid();
  const udp = protocol === 'udp';
  let socket: Duplex | undefined;
  let ready = false;
  let cancel: Cancel = () => undefined;
  const connect = (): void => {
    if (!udp) {
      socket = lan.connect(host, port);
      socket?.once('close', lost);
      socket?.on('error', () => undefined);
    }
    ready = udp || socket !== undefined;
    if (!ready) lost();
    const via = `${host}:${port} via ${protocol}`;
    if (ready) log.add('daemon.info', `logread[${pid}]`, `Logread connected to ${via}`);
  };
  const lost = (): void => {
    ready = false;
    cancel = clock.after(CONNECT_AFTER, connect);
  };
  const unfollow = log.follow((line) => {
    if (!ready) return;
    const bytes = Buffer.from(`${messageOf(line, name, prefix)}\n`);
    if (udp) lan.send(host, port, bytes);
    else socket?.write(bytes);
  });
  const stop = (): void => {
    unfollow();
    cancel();
    processes.remove(pid);
    socket?.off('close', lost);
    socket?.destroy();
  };
  const command = `/sbin/logread -f -h ${name} -r ${host} ${port} -p /var/run/logread.2.pid${udp ? ' -u' : ''}`;
  processes.add({ pid, command, user: 'root', vsz: 2_932, kill: stop });
  lost();
  return stop;
}

/** `Sun Nov 22 08:51:47 2026 daemon.notice netifd: text` -> `<29>Nov 22 08:51:47 OpenWrt netifd: text`. */
function messageOf(line: string, name: string, prefix: string): string {
  const [priority = '', ...rest] = line.slice(25).split(' ');
  return `<${priorityByName(priority) ?? 13}>${line.slice(4, 20)}${name} ${prefix}${rest.join(' ')}`;
}

/** A cable with nobody at its other end. */
export const noLan: Lan = { send: () => undefined, connect: () => undefined };
