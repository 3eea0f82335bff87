import type { ChildProcess } from 'node:child_process';
import { beforeAll, describe, expect, it } from '@jest/globals';

import { createModem } from '../../harness/drivers/modem/modem.ts';
import { createOpenwrtRouter } from '../../harness/drivers/openwrt/router.ts';
import type { Undo, UndoJournal } from '../../harness/rig/undo.ts';
import { connectSsh, type SshConnection, type SshTarget } from '../../harness/transport/ssh.ts';
import { startGuest } from '../../harness/virtual/guest.ts';
import { startWwanlab } from '../support/cli.ts';
import { debianFiles, missingPackages, packed } from '../support/debian-files.ts';
import { ensureGuest, missingForGuest } from '../support/guest.ts';
import { end, printed } from '../support/programs.ts';
import { patientCtx, realCtx } from '../support/real-ctx.ts';

const SECOND = 1_000;
/** Connections in each mode; each takes some seconds. */
const ROUNDS = Number(process.env['WWANLAB_MODEMMANAGER'] ?? 2);
const APN = 'internet';

const packages = ['modemmanager', 'dbus-daemon', 'dbus-system-bus-common', 'polkitd', 'udev'];
const lacking = missingPackages(packages);
const why = missingForGuest ?? (lacking.length === 0 ? undefined : ` (skipped: needs ${lacking.join(', ')})`);

const ctx = realCtx();
beforeAll(ensureGuest);

/** Debian's services as Debian starts them, but for systemd; the guest's own mdev has made the nodes by then. */
const SERVICES = `
echo 'messagebus:x:100:101::/nonexistent:/bin/false' >>/etc/passwd
echo 'polkitd:x:996:996::/nonexistent:/bin/false' >>/etc/passwd
echo 'polkitd:x:996:' >>/etc/group
mkdir -p /run/dbus /run/udev /var/lib/dbus /var/lib/polkit-1
tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
/lib/systemd/systemd-udevd --daemon
udevadm trigger --type=subsystems --action=add
udevadm trigger --type=devices --action=add
udevadm settle --timeout=120
dbus-daemon --system --fork
/usr/lib/polkit-1/polkitd --no-debug &
until logread | grep -q 'Acquired the name org.freedesktop.PolicyKit1'; do sleep 1; done
ModemManager --debug >/tmp/ModemManager.log 2>&1 &
`;

class Guest {
  readonly #ssh: SshConnection;

  constructor(ssh: SshConnection) {
    this.#ssh = ssh;
  }

  async run(command: string, limit = 240 * SECOND): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#ssh.exec(ctx, command, { limit });
    if (exitCode !== 0) throw new Error(`${command}: ${exitCode}\n${stdout}${stderr}`);
    return stdout;
  }

  /** `mmcli -K`: one property a line. */
  async properties(what: string): Promise<ReadonlyMap<string, string>> {
    const text = await this.run(`mmcli ${what} -K`);
    return new Map(
      Array.from(text.matchAll(/^(\S+)\s*: (.*)$/gm), ([, key = '', value = '']) => [key, value]),
    );
  }

  /** The bearer that has an interface, of those that the modem has. */
  async bearer(): Promise<ReadonlyMap<string, string>> {
    const modem = await this.properties('-m any');
    for (const [key, path] of modem) {
      if (!key.startsWith('modem.generic.bearers.value')) continue;
      const bearer = await this.properties(`-b ${path.slice(path.lastIndexOf('/') + 1)}`);
      if (bearer.get('bearer.status.interface') !== '--') return bearer;
    }
    throw new Error(`no bearer has an interface: ${[...modem].join('\n')}`);
  }
}

async function modemAppears(guest: Guest, drivers: string): Promise<ReadonlyMap<string, string>> {
  return ctx.expect(
    `ModemManager has a modem with ${drivers}`,
    async () => {
      const found = await guest.properties('-m any').catch(() => new Map<string, string>());
      const names = [...found].filter(([key]) => key.startsWith('modem.generic.drivers.value'));
      const state = found.get('modem.generic.state') ?? '';
      const ready = ['disabled', 'registered', 'enabled'].includes(state);
      return ready && names.some(([, name]) => name === drivers) ? found : undefined;
    },
    360 * SECOND,
    1_000,
  );
}

async function connectOnce(guest: Guest): Promise<void> {
  await guest.run(`mmcli --timeout=200 -m any --simple-connect="apn=${APN},ip-type=ipv4v6"`);
  const bearer = await guest.bearer();
  const of = (key: string): string => bearer.get(`bearer.${key}`) ?? '';
  const device = of('status.interface');
  await guest.run(
    `ip link set ${device} up && ip addr flush dev ${device} && ` +
      `ip addr add ${of('ipv4-config.address')}/${of('ipv4-config.prefix')} dev ${device} && ` +
      `ip route replace 8.8.8.8 via ${of('ipv4-config.gateway')} dev ${device}`,
  );
  expect(await guest.run('ping -c 2 -W 60 8.8.8.8')).toContain(' 0% packet loss');
  expect(of('ipv6-config.address')).toMatch(/^2001:db8:/);
  await guest.run(`mmcli -m any --simple-disconnect && ip addr flush dev ${device}`);
}

/** To a number that is nobody's: the network takes it. */
async function sendText(guest: Guest): Promise<void> {
  const created = await guest.run('mmcli -m any --messaging-create-sms="text=hello,number=+12025550199"');
  const [, number] = /SMS\/(\d+)/.exec(created) ?? [];
  await guest.run(`mmcli -s ${number} --send`);
  expect((await guest.properties(`-s ${number}`)).get('sms.properties.state')).toBe('sent');
  const storages = await guest.run('mmcli -m any --messaging-status');
  expect(storages).toMatch(/supported storages: (?:sm, me|mt)/);
}

interface Subject {
  /** Of `modem serve`. */
  readonly model: string;
  readonly mode: string;
  readonly driver: string;
  /** In the name that ModemManager shows. */
  readonly name: string;
}

const subjects: readonly Subject[] = [
  { model: 'mc7455', mode: 'qmi', driver: 'qmi_wwan', name: 'MC7455' },
  { model: 'mc7455', mode: 'mbim', driver: 'cdc_mbim', name: 'MC7455' },
  { model: 'em7565', mode: 'qmi', driver: 'qmi_wwan', name: 'EM7565' },
  { model: 'em7565', mode: 'mbim', driver: 'cdc_mbim', name: 'EM7565' },
  { model: 'ec25-a', mode: 'qmi', driver: 'qmi_wwan', name: 'QUECTEL Mobile Broadband Module' },
  { model: 'ec25-a', mode: 'mbim', driver: 'cdc_mbim', name: 'LTE Modem' },
];
/** One model, or all of them: each takes a minute. */
const MODEL = process.env['WWANLAB_MODEMMANAGER_MODELS'] ?? 'mc7455';
const chosen = subjects.filter(({ model }) => MODEL === 'all' || MODEL === model);

async function expectModem(guest: Guest, { driver, name }: Subject): Promise<void> {
  const modem = await modemAppears(guest, driver);
  expect(modem.get('modem.generic.model')).toContain(name);
  expect(modem.get('modem.3gpp.imei')).toMatch(/^\d{15}$/);
  const sim = modem.get('modem.generic.sim') ?? '';
  const card = await guest.properties(`-i ${sim.slice(sim.lastIndexOf('/') + 1)}`);
  expect(card.get('sim.properties.imsi')).toMatch(/^310260\d{9}$/);
  expect(card.get('sim.properties.iccid')).toMatch(/^8901\d+$/);
  for (let round = 0; round < ROUNDS; round++) await connectOnce(guest);
  await sendText(guest);
  const after = await guest.properties('-m any');
  expect(Number(after.get('modem.generic.signal-quality.value'))).toBeGreaterThan(0);
  expect(after.get('modem.3gpp.registration-state')).toBe('home');
  expect(after.get('modem.generic.state')).toBe('registered');
  // One bearer serves them all: none is left over from a connection before.
  expect(after.get('modem.generic.bearers.length')).toBe('1');
  const path = after.get('modem.generic.bearers.value[1]') ?? '';
  const bearer = await guest.properties(`-b ${path.slice(path.lastIndexOf('/') + 1)}`);
  expect(bearer.get('bearer.status.connected')).toBe('no');
  expect(bearer.get('bearer.stats.attempts')).toBe(String(ROUNDS));
  expect(bearer.get('bearer.stats.failed-attempts')).toBe('--');
}

/**
 * Without a network function it talks AT: it is paused for our questions, and goes on when we are done, or when somebody
 * carries out what we had noted before we were killed.
 */
async function sharesItsPort(guest: Guest, login: SshTarget): Promise<void> {
  const state = async (): Promise<string> =>
    (await guest.run('cut -d " " -f 3 /proc/$(pidof ModemManager)/stat')).trim();
  const holds = async (): Promise<true | undefined> =>
    (await guest.run('ls -l /proc/$(pidof ModemManager)/fd')).includes('/dev/ttyUSB2') || undefined;
  await guest.run('mmcli -m any --enable'); // from now on it keeps the port open
  expect(await holds()).toBe(true);
  const router = createOpenwrtRouter({ name: 'guest', connect: (c) => connectSsh(c, login) });
  const notes: Undo[] = [];
  const journal: UndoJournal = {
    note: (_thing, undo) => void notes.push(undo),
    noted: () => undefined,
    done: () => void notes.pop(),
    forget: () => undefined,
    keep: () => undefined,
  };
  try {
    const killed = createModem(router, 'mc7455', { journal });
    expect(await killed.identity(ctx)).toMatchObject({ model: 'MC7455' });
    expect(killed.detour()).toBeUndefined();
    expect(await state()).toBe('T');
    const [left] = notes.splice(0);
    await guest.run(left?.kind === 'shell' ? left.line : 'false');
    expect(await state()).not.toBe('T');
    expect(await holds()).toBe(true);
    const next = createModem(router, 'mc7455', { journal });
    expect(await next.identity(ctx)).toMatchObject({ model: 'MC7455' });
    expect(notes).toHaveLength(1);
    await next.release(ctx);
    expect(notes).toEqual([]);
    expect(await state()).not.toBe('T');
    expect((await guest.properties('-m any')).get('modem.generic.manufacturer')).toContain('Sierra');
  } finally {
    await router.close();
  }
}

const skipped = it.skip;
const withModemManager = (title: string, body: () => Promise<void>, limit: number): void =>
  why === undefined ? it(title, body, limit) : skipped(title + why, body);

describe("Debian's ModemManager", () => {
  withModemManager(
    'recognises the modem, connects, disconnects and connects again, over QMI and over MBIM',
    () =>
      withGuest(async ({ guest, plug, start }) => {
        for (const [at, subject] of chosen.entries()) {
          const unplug = await plug(subject);
          if (at === 0) await start();
          await expectModem(guest, subject);
          await unplug();
        }
      }),
    chosen.length * (400 + ROUNDS * 60) * SECOND,
  );

  const whole =
    MODEL === 'all'
      ? withModemManager
      : (title: string): void =>
          skipped(`${title} (skipped: needs WWANLAB_MODEMMANAGER_MODELS=all)`, () => undefined);
  whole(
    'is paused while the harness has the AT port, and goes on afterwards, also where the harness was killed',
    () =>
      withGuest(async ({ guest, login, plug, start }) => {
        const subject = { model: 'mc7455', mode: 'qmi', driver: 'qcserial', name: 'MC7455' };
        const unplug = await plug(subject);
        await guest.run(
          'for i in /sys/bus/usb/drivers/qmi_wwan/*:1.8; do echo ${i##*/} >${i%/*}/unbind; done',
        );
        await start();
        await modemAppears(guest, subject.driver);
        await sharesItsPort(guest, login);
        await unplug();
      }),
    1_200 * SECOND,
  );
});

interface Bench {
  readonly guest: Guest;
  readonly login: SshTarget;
  /** @returns unplugs it */
  plug(subject: Subject): Promise<() => Promise<void>>;
  /** Starts ModemManager and what it needs. */
  start(): Promise<void>;
}

/** A guest with ModemManager's files. */
async function withGuest(body: (bench: Bench) => Promise<void>): Promise<void> {
  const machine = await startGuest(ctx, 'guest');
  const modems: ChildProcess[] = [];
  const plug: Bench['plug'] = async ({ model, mode }) => {
    const usb = ['--usbredir', `unix:${machine.usbSocket}`, '--connect'];
    const child = startWwanlab(['modem', 'serve', '--model', model, '--mode', mode, ...usb]);
    modems.push(child);
    await printed(child, /registration circuit=home/);
    return () => end(child);
  };
  const ssh = await connectSsh(patientCtx(), machine.login);
  const guest = new Guest(ssh);
  try {
    const there = await guest.run("find /lib /usr/lib -name '*.so*'");
    const names = new Set(there.split('\n').map((path) => path.slice(path.lastIndexOf('/') + 1)));
    const files = debianFiles(packages).filter(isNeeded);
    await ssh.exec(ctx, 'gzip -dc | tar -C / -xf -', { stdin: packed(files, names), limit: 600 * SECOND });
    const start = async (): Promise<void> => void (await guest.run(SERVICES, 600 * SECOND));
    await body({ guest, login: machine.login, plug, start });
  } catch (error) {
    const log = await ssh
      .exec(ctx, 'grep -E "<warn>|<error>" /tmp/ModemManager.log; tail -n 5 /tmp/*.log')
      .catch(() => undefined);
    process.stderr.write(log?.stdout ?? '');
    throw error;
  } finally {
    for (const child of modems) child.kill('SIGKILL');
    await ssh.close();
    await machine.close();
  }
}

/** Its plugins for other makers' modems fill the guest's memory. */
const isNeeded = (path: string): boolean =>
  !path.includes('libmm-plugin-') || /plugin-(?:generic|sierra|quectel)/.test(path);
