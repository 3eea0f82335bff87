import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { zipSync } from 'fflate';

import { metadataTrailer } from '../../harness/protocols/firmware/metadata.ts';
import type { Applet } from '../../harness/sim/router/machine.ts';
import { temporaryFolder, wwanlab } from '../support/cli.ts';
import { projectRoot } from '../support/sources.ts';
import { tar } from '../support/tar.ts';
import { startTcpRouter, type TcpRouter } from '../support/tcp-router.ts';

const folder = temporaryFolder();
let router: TcpRouter;
let rig = '';

/** As stood in the way of a stranger at the command line. What its router would have to be broken for is scripted. */
beforeAll(async () => {
  router = await startTcpRouter(folder.path);
  rig = router.rigFile('bad');
  router.sim.router.machine.files.write('/tmp/backup.tgz', gzipSync(tar({ 'etc/config/network': 300 })));
  await router.bench(
    `printf '#!/bin/sh\\n[ $1 = -T ] && { echo Image check failed. >&2; exit 1; }; cp /tmp/backup.tgz $2' > /sbin/sysupgrade; chmod +x /sbin/sysupgrade`,
  );
});
afterAll(() => {
  router.close();
  folder.remove();
});

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder.path, name);
  writeFileSync(path, bytes);
  return path;
}

function image(name: string, board: string): string {
  const body = Buffer.alloc(5_000, 1);
  const version = { dist: 'OpenWrt', version: '24.10.4', revision: 'r28959', target: 't', board: 'b' };
  const metadata = { metadata_version: '1.1', supported_devices: [board], version };
  return file(name, Buffer.concat([body, metadataTrailer([body], metadata)]));
}

/** Replaces a program of the router while `body` runs. */
async function amid<T>(name: string, replace: (real: Applet) => Applet, body: () => Promise<T>): Promise<T> {
  const { applets } = router.sim.router.machine;
  const real = applets.get(name) as Applet;
  applets.set(name, replace(real));
  try {
    return await body();
  } finally {
    applets.set(name, real);
  }
}

const fullTmp = () => (process: Parameters<Applet>[0]) => {
  process.out('Filesystem 1K-blocks Used Available Use% Mounted on\ntmpfs 30502 30490 12 100% /tmp\n');
  return 0;
};

/** libuci, UCI_ERR_IO. */
const readOnly = (real: Applet) => (process: Parameters<Applet>[0]) => {
  if (!process.argv.includes('commit')) return real(process);
  process.err('uci: I/O error\n');
  return 1;
};

/** With no room in /tmp, uci stages nothing and ends with 0 (libuci, uci_close_stream). */
const forgetful = (real: Applet) => (process: Parameters<Applet>[0]) =>
  process.argv.includes('batch') ? 0 : real(process);

interface BadInput {
  readonly what: string;
  readonly type: () => readonly string[];
  readonly broken?: readonly [program: string, replace: (real: Applet) => Applet];
  /** What was found, and in which state the rig is where that is not plain. */
  readonly says: RegExp;
  /** What to do next: the indented line below. */
  readonly next: RegExp;
}

const cases: readonly BadInput[] = [
  {
    what: 'a zip without an image',
    type: () => ['flash', rig, file('a.zip', zipSync({ 'readme.txt': new Uint8Array(3) }))],
    says: /a\.zip holds no image, but readme\.txt/,
    next: /name a \.bin/,
  },
  {
    what: 'an image that is not whole in its zip',
    type: () => {
      const zip = Buffer.from(zipSync({ 'fw.bin': new Uint8Array(5_000) }, { level: 0 }));
      zip.writeUInt8(1, 2_000);
      return ['flash', rig, file('b.zip', zip)];
    },
    says: /fw\.bin in \S+b\.zip is damaged/,
    next: /download it again/,
  },
  {
    what: 'an image with another hash',
    type: () => ['flash', rig, image('hash.bin', 'glinet,gl-mifi'), '--sha256', 'ab'.repeat(32)],
    says: /hash\.bin has the SHA-256 [0-9a-f]{64}, not abab/,
    next: /download it again/,
  },
  {
    what: 'an image for another board',
    type: () => ['flash', rig, image('other.bin', 'x750')],
    says: /stage identify: other\.bin is for x750, and this router is a glinet,gl-mifi\. State: nothing was written/,
    next: /get the image for glinet,gl-mifi/,
  },
  {
    what: 'an image that the router refuses',
    type: () => ['flash', rig, image('refused.bin', 'glinet,gl-mifi')],
    says: /stage validate: .+ refuses the image: Image check failed. State: nothing was written to its flash/,
    next: /is it an image for sysupgrade/,
  },
  {
    what: 'a full /tmp',
    type: () => ['flash', rig, image('big.bin', 'glinet,gl-mifi')],
    broken: ['df', fullTmp],
    says: /the image has \d+ octets, sysupgrade takes \d+ beside it, and \/tmp has room for 12288\. State: nothing was/,
    next: /see what fills it: wwanlab shell \S+bad\.rig\.yaml "du -akx \/tmp/,
  },
  {
    what: 'a read-only overlay',
    type: () => ['mode', rig, 'ppp'],
    broken: ['uci', readOnly],
    says: /settings can't be written: its overlay is read-only, full or broken; they are as they were/,
    next: /see: wwanlab shell \S+bad\.rig\.yaml "mount; df -h; dmesg \| tail"/,
  },
  {
    what: 'a /tmp that is too full for settings',
    type: () => ['mode', rig, 'ppp'],
    broken: ['uci', forgetful],
    says: /the router took a change of \/etc\/config\/network and does not have it: its storage lost it/,
    next: /see: wwanlab shell \S+bad\.rig\.yaml "mount; df -h/,
  },
  {
    what: 'a missing package',
    type: () => {
      const text = readFileSync(join(projectRoot, 'rigs/sim-mifi25-mc7455.rig.yaml'), 'utf8');
      const bare = text.replace(/firmware: .*/, 'firmware: openwrt-25.12-uqmi');
      return ['mode', file('bare.rig.yaml', Buffer.from(bare)), 'mbim'];
    },
    says: /the router lacks what mbim mode needs: umbim/,
    next: /apk add umbim/,
  },
  {
    what: 'a wrong login',
    type: () => ['shell', router.rigFile('login', { router: '  user: admin\n' }), 'true'],
    says: /login refuses admin's password/,
    next: /nothing was done there; check user and password in the rig file/,
  },
  {
    what: 'a private key that is none',
    type: () => {
      file('key.pub', Buffer.from('ssh-ed25519 AAAA anna@lab'));
      return ['shell', router.rigFile('no-key', { router: '  keyFile: key.pub\n' }), 'true'];
    },
    says: /the private key \S+\/key\.pub cannot be used: /,
    next: /does OpenSSH read it: ssh-keygen -y -f \S+\/key\.pub/,
  },
  {
    what: 'a changed host key',
    type: () => ['shell', router.rigFile('key', { hostKey: `SHA256:${'A'.repeat(43)}` }), 'true'],
    says: /key shows the host key SHA256:\S+ \(ssh-ed25519\), expected SHA256:AAAA/,
    next: /nothing was told to it. If it is the right one, in the rig file: hostKey: 'SHA256:/,
  },
  {
    what: 'a console that is not there',
    type: () => {
      const rest = 'console: { tty: /dev/wwanlab-none }\n';
      return ['shell', router.rigFile('console', { rest }), 'true'];
    },
    says: /the router's console can't be opened: there is no \/dev\/wwanlab-none/,
    next: /console in the rig file names it.+ is it plugged in/,
  },
];

describe('bad input at the command line', () => {
  it.each(cases)(
    '$what is told with what was found and what to type',
    async ({ type, broken, says, next }) => {
      const attempt = () => wwanlab(type());
      const { exitCode, stderr } = await (broken ? amid(...broken, attempt) : attempt());
      expect({ exitCode, stderr }).toEqual({
        exitCode: 2,
        stderr: expect.stringMatching(new RegExp(`wwanlab: .*${says.source}.*\\n {2}.*${next.source}`)),
      });
    },
  );

  it('an AT port held by another is told with who holds it, and the line to type ends that one', async () => {
    const held = router.bench('cat /dev/ttyUSB2');
    const { exitCode, stderr } = await wwanlab(['at', rig, 'ATI']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringMatching(
        /wwanlab: \/dev\/ttyUSB2 is in use by cat \(pid \d+\)\n {2}.*wwanlab shell \S+ "kill \d+"/,
      ),
    });
    const kill = /"(kill \d+)"/.exec(stderr)?.[1] ?? '';
    expect((await wwanlab(['shell', rig, kill])).exitCode).toBe(0);
    await held;
    expect((await wwanlab(['at', rig, 'ATI'])).stdout).toContain('EC25');
  });

  it('a console that prints garbage is told as such, with what it may be', async () => {
    const path = join(folder.path, 'garbage.sock');
    const noise = Buffer.from(Array.from({ length: 400 }, (_, i) => 0x80 + ((i * 37) % 0x70)));
    const garbage = createServer((socket) => {
      const prints = setInterval(() => socket.write(noise), 200);
      socket.on('error', () => undefined).on('close', () => clearInterval(prints));
    }).listen(path);
    await once(garbage, 'listening');
    const rest = `console: { socket: 'unix:${path}' }\n`;
    const { exitCode, stdout } = await wwanlab(['rigs', 'check', router.rigFile('noisy', { rest })]);
    garbage.close();
    expect({ exitCode, stdout }).toEqual({
      exitCode: 2,
      stdout: expect.stringMatching(
        /FAIL {2}console .*garbage\.sock: not seen within 5 s: .+ it showed, of \d+ characters:[^]+this is garbage: is the baud rate [^]+\nNot everything answers\. Next: wwanlab console \S+noisy/,
      ),
    });
  });

  it('is an object on standard output where a script asks, with the same exit code', async () => {
    const login = router.rigFile('login', { router: '  user: admin\n' });
    const { exitCode, stdout, stderr } = await wwanlab(['shell', login, 'true', '--json']);
    expect(exitCode).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    expect(error).toMatchObject({ code: 'ssh.auth-failed', blame: 'rig', effect: 'none' });
    expect(stderr).toBe(`wwanlab: ${error.message}\n  ${error.hint}\n`);
  });

  it('leaves the rig to the next one: free, in no quarantine, with nothing to undo', async () => {
    const { stdout, stderr } = await wwanlab(['rigs', 'who']);
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^nobody holds/), stderr: '' });
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });
});
