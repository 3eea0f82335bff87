import type { Ctx } from '../../core/ctx.ts';
import type { Ms } from '../../core/units.ts';
import type { ExecOptions, ExecResult, Router } from '../../rig/router.ts';
import type { UciSection } from '../../rig/uci.ts';
import { retryHarmless } from '../../transport/retry.ts';
import type { SshConnection } from '../../transport/ssh.ts';
import { boardCommand, parseBoard } from './board.ts';
import { bootCommand, parseBoot } from './boot.ts';
import { readConfiguration, writeConfiguration } from './configuration.ts';
import { createLazyConnection } from './connections.ts';
import { downloadFile } from './download.ts';
import { mustSucceed, noSuchInterface } from './errors.ts';
import { parseInterfaceStatus } from './interface-status.ts';
import { ledsCommand, parseLeds, setLed } from './leds.ts';
import { createLogTail, replayCommand } from './log.ts';
import { macAddressesCommand, parseMacAddresses } from './mac-addresses.ts';
import { deviceOption, modemInterfaces } from './modem-interfaces.ts';
import { lackingPackages, packagesCommand, parsePackages } from './packages.ts';
import { createPingReader, parsePingSummary } from './ping.ts';
import { quoteWord, quoteWords } from './quote.ts';
import { controlService, readService } from './services.ts';
import { callUbus } from './ubus.ts';
import { uciAdd, uciCommit, uciGet, uciRevert, uciSections, uciSet } from './uci.ts';
import { uploadFile, type Shell } from './upload.ts';
import { parseUsbDevices, usbDevicesCommand } from './usb-devices.ts';

/** Longest limit of a command that runs in the shell that stays. */
const SHORT: Ms = 30_000;

export interface OpenwrtRouterOptions {
  readonly name: string;
  /** Makes a new connection; called when one is wanted and there is none, or it was lost. */
  readonly connect: (ctx: Ctx) => Promise<SshConnection>;
}

/**
 * An OpenWrt router (15.05 or later) over SSH, with nothing installed on it. Commands run on one connection, streams on
 * a second one, both opened when they are first wanted. A command that died with its connection is never repeated; the
 * next one connects anew.
 */
export function createOpenwrtRouter({ name, connect }: OpenwrtRouterOptions): Router {
  const commands = createLazyConnection(connect);
  const streams = createLazyConnection(connect);
  const log = createLogTail(streams);
  // A connection may turn out to be closed only when its turn comes: then nothing was sent, and a new one serves.
  const shell: Shell = (ctx, script, options) =>
    retryHarmless(ctx, ['ssh.closed'], [0], async () => {
      const connection = await commands.get(ctx);
      return staysInShell(script, options)
        ? connection.run(ctx, script, options)
        : connection.exec(ctx, script, options);
    });
  const read: Read = async (ctx, script) => mustSucceed(await shell(ctx, script)).stdout;
  return {
    name,
    shell,
    exec: (ctx, argv, options) => shell(ctx, quoteWords(argv), options),
    upload: (ctx, bytes, path) => uploadFile(ctx, shell, bytes, path),
    download: (ctx, path) => downloadFile(ctx, shell, path),

    ...facts(shell, read),
    ...settings(shell),
    ...interfaces(shell),

    ping: async (ctx, host, count) => {
      const command = `ping -c ${count} ${quoteWord(host)}`;
      return parsePingSummary(await shell(ctx, command, { limit: count * 1_000 + 15_000 }));
    },
    followPing: async (ctx, host, onReply) =>
      (await streams.get(ctx)).stream(ctx, `exec ping ${quoteWord(host)}`, createPingReader(onReply)),
    followLog: (ctx, onLine) => log.follow(ctx, onLine),
    replayLog: async (ctx, onLine) => (await streams.get(ctx)).stream(ctx, replayCommand, onLine),
    keepLog: (ctx) => log.keep(ctx),

    close: async () => {
      log.close();
      await Promise.all([commands.close(), streams.close()]);
    },
  };
}

type Read = (ctx: Ctx, script: string) => Promise<string>;

/** What it is, and what is on it. */
const facts = (shell: Shell, read: Read) =>
  ({
    board: async (ctx) => parseBoard((await shell(ctx, boardCommand)).stdout),
    boot: async (ctx) => parseBoot(await read(ctx, bootCommand)),
    macAddresses: async (ctx) => parseMacAddresses(await read(ctx, macAddressesCommand)),
    packages: async (ctx) => parsePackages(await read(ctx, packagesCommand)),
    lacking: (ctx, needs) => lackingPackages(ctx, shell, needs),
    service: (ctx, name) => readService(ctx, shell, name),
    controlService: (ctx, name, action) => controlService(ctx, shell, name, action),
    leds: async (ctx) => parseLeds(await read(ctx, ledsCommand)),
    setLed: (ctx, name, change) => setLed(ctx, shell, name, change),
    usbDevices: async (ctx) => parseUsbDevices(await read(ctx, usbDevicesCommand)),
  }) satisfies Partial<Router>;

const settings = (shell: Shell) =>
  ({
    uciGet: (ctx, path) => uciGet(ctx, shell, path),
    uciSections: (ctx, name) => uciSections(ctx, shell, name),
    uciSet: (ctx, changes) => uciSet(ctx, shell, changes),
    uciStage: (ctx, changes) => uciSet(ctx, shell, changes, 'stage'),
    uciCommit: (ctx, name) => uciCommit(ctx, shell, name),
    uciRevert: (ctx, name) => uciRevert(ctx, shell, name),
    uciAdd: (ctx, name, type, options) => uciAdd(ctx, shell, name, type, options),
    ubus: (ctx, object, method, message) => callUbus(ctx, shell, object, method, message),
    readConfiguration: (ctx, name) => readConfiguration(ctx, shell, name),
    writeConfiguration: (ctx, name, text) => writeConfiguration(ctx, shell, name, text),
  }) satisfies Partial<Router>;

/** netifd and the firewall. */
const interfaces = (shell: Shell) => {
  const network = async (ctx: Ctx): Promise<readonly UciSection[]> =>
    (await uciSections(ctx, shell, 'network')) ?? [];
  return {
    modemInterfaces: async (ctx) => modemInterfaces(await network(ctx)),
    deviceOption: async (ctx) => deviceOption(await network(ctx)),
    interfaceStatus: async (ctx, interfaceName) => {
      const result = await shell(ctx, `ifstatus ${quoteWord(interfaceName)}`);
      if (isMissing(result)) return undefined;
      return parseInterfaceStatus(interfaceName, mustSucceed(result).stdout);
    },
    ifup: (ctx, interfaceName) => switchInterface(ctx, shell, 'ifup', interfaceName),
    ifdown: (ctx, interfaceName) => switchInterface(ctx, shell, 'ifdown', interfaceName),
    reloadFirewall: async (ctx) => {
      mustSucceed(await shell(ctx, '/etc/init.d/firewall reload', { limit: 60_000 }));
    },
    reloadNetwork: async (ctx) => {
      mustSucceed(await shell(ctx, '/etc/init.d/network reload', { limit: 60_000 }));
    },
  } satisfies Partial<Router>;
};

/** What is short and by itself runs in the shell that stays; what has input, takes long or starts something beside it does not. */
function staysInShell(script: string, { limit = 0, stdin }: ExecOptions = {}): boolean {
  const inBackground = /(?<![&<>])&(?![&>])/.test(script);
  return stdin === undefined && limit <= SHORT && !inBackground;
}

/** ifup and ifdown end with 0 even for an interface that is not there, and say so on either stream. */
async function switchInterface(
  ctx: Ctx,
  shell: Shell,
  command: 'ifup' | 'ifdown',
  interfaceName: string,
): Promise<void> {
  const result = await shell(ctx, `${command} ${quoteWord(interfaceName)}`);
  if (isMissing(result)) throw noSuchInterface(interfaceName);
  mustSucceed(result);
}

function isMissing({ stdout, stderr }: ExecResult): boolean {
  return /^Interface \S+ not found$/m.test(stdout + stderr);
}
