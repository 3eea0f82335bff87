import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';
import { zipSync } from 'fflate';

import type { Ctx } from '../../harness/core/ctx.ts';
import { isHarnessError, type HarnessError } from '../../harness/core/errors.ts';
import { openConsole } from '../../harness/drivers/console/console.ts';
import { createOpenwrtRouter } from '../../harness/drivers/openwrt/router.ts';
import { readFirmwareFile } from '../../harness/lab/firmware/image-file.ts';
import { openRig } from '../../harness/lab/open-rig.ts';
import { loadRigFile, type SimRigFile } from '../../harness/lab/rig-file.ts';
import type { Channel } from '../../harness/transport/channel.ts';
import { testCtx } from '../support/ctx.ts';
import { fakeConnection, type Answer } from '../support/fake-router.ts';

const folder = mkdtempSync(join(tmpdir(), 'wwanlab-bad-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const sim = (router: Partial<SimRigFile['router']>): SimRigFile => {
  const rig = loadRigFile('rigs/sim-mifi25-mc7455.rig.yaml') as SimRigFile;
  return { ...rig, router: { ...rig.router, ...router } };
};

const routerThat = (answer: (command: string) => Answer) =>
  createOpenwrtRouter({ name: 'fake', connect: () => Promise.resolve(fakeConnection(answer)) });

/** What busybox and uci say where nothing can be written. */
const readOnly = routerThat(() => ({ exitCode: 1, stderr: 'uci: I/O error\n' }));
const full = routerThat((command) =>
  command.startsWith('tee ')
    ? { exitCode: 1, stderr: 'tee: /tmp/x: I/O error\nash: write error: No space left on device\n' }
    : { exitCode: 0 },
);

/** A console at the wrong rate. */
function garbage(): Channel {
  return {
    name: 'port',
    onBytes: (f) => f(Uint8Array.from({ length: 200 }, (_, i) => 0x80 + ((i * 37) % 0x70))),
    onClose: () => undefined,
    write: () => undefined,
    close: () => undefined,
  };
}

interface BadInput {
  readonly what: string;
  readonly try: (ctx: Ctx) => unknown;
  readonly code: string;
  /** What was found, and in which state the rig is where that is not plain. */
  readonly says: RegExp;
  /** What to do next. */
  readonly hint: RegExp;
}

const bad: readonly BadInput[] = [
  {
    what: 'a zip without an image',
    try: () => readFirmwareFile(file('a.zip', zipSync({ 'readme.txt': new Uint8Array(3) }))),
    code: 'firmware.zip',
    says: /a\.zip holds no image, but readme\.txt/,
    hint: /name a \.bin/,
  },
  {
    what: 'a zip that is no zip',
    try: () => readFirmwareFile(file('b.zip', Buffer.from('PK\u0003\u0004 and then nothing'))),
    code: 'firmware.zip',
    says: /b\.zip can't be unpacked/,
    hint: /download it again/,
  },
  {
    what: 'an image with another hash',
    try: () => readFirmwareFile(file('c.bin', Buffer.from('image')), 'ab'.repeat(32)),
    code: 'firmware.wrong-hash',
    says: /c\.bin has the SHA-256 6105d6cc.*, not abab/,
    hint: /download it again/,
  },
  {
    what: 'an image that is not there',
    try: () => readFirmwareFile(join(folder, 'nowhere.bin')),
    code: 'firmware.unreadable',
    says: /nowhere\.bin/,
    hint: /firmware list/,
  },
  {
    what: 'a wrong login',
    try: (ctx) => openRig(ctx, sim({ user: 'admin' })),
    code: 'ssh.auth-failed',
    says: /refuses admin's password/,
    hint: /nothing was done there; check user and password/,
  },
  {
    what: 'a changed host key',
    try: (ctx) => openRig(ctx, sim({ hostKey: `SHA256:${'A'.repeat(43)}` })),
    code: 'ssh.host-key-mismatch',
    says: /shows the host key SHA256:\S+ \(ssh-ed25519\), expected SHA256:AAAA/,
    hint: /another router answers, or .* hostKey: 'SHA256:/,
  },
  {
    what: 'a read-only overlay',
    try: (ctx) => readOnly.uciSet(ctx, { 'network.wan.apn': 'x' }),
    code: 'openwrt.read-only',
    says: /overlay is read-only, full or broken; they are as they were: .*I\/O error/,
    hint: /wwanlab shell RIG "mount; .*reboot/,
  },
  {
    what: 'a full /tmp',
    try: (ctx) => full.upload(ctx, Buffer.from('x'), '/tmp/x'),
    code: 'openwrt.full',
    says: /no room left, and what was to be written is not there: .*No space left/,
    hint: /wwanlab shell RIG "df -h"/,
  },
  {
    what: 'a console that prints garbage',
    try: async (ctx) => {
      const console = await openConsole(ctx, { name: '/dev/ttyUSB0 at 9600', open: async () => garbage() });
      try {
        await console.expect(ctx, 'a login', /login:/, 1_000, 'recent');
      } finally {
        await console.close();
      }
    },
    code: 'console.not-seen',
    says: /^\/dev\/ttyUSB0 at 9600: not seen within 1 s: a login; it showed, of \d+ characters:/,
    hint: /garbage: is the baud rate/,
  },
];

describe('bad input is told with what was found, and what to do next', () => {
  it.each(bad)('$what', async ({ try: attempt, code, says, hint }) => {
    const error = await testCtx()
      .drive(async (ctx) => attempt(ctx))
      .then(
        () => undefined,
        (found: unknown) => found as HarnessError,
      );
    expect(isHarnessError(error)).toBe(true);
    expect({ code: error?.code, message: error?.message, hint: error?.hint }).toEqual({
      code,
      message: expect.stringMatching(new RegExp(says.source, 's')),
      hint: expect.stringMatching(new RegExp(hint.source, 's')),
    });
  });

  it('what could not be uploaded whole is not left behind: the next one would take it for whole', async () => {
    const commands: string[] = [];
    const router = routerThat((command) => {
      commands.push(command);
      return { exitCode: 1, stderr: 'No space left on device' };
    });
    await testCtx().drive((ctx) =>
      router.upload(ctx, Buffer.from('x'), '/tmp/script').catch(() => undefined),
    );
    expect(commands.join('\n')).toMatch(
      /^tee \/tmp\/script .*\|\| \{ .*rm -f \/tmp\/script 2>\/dev\/null; exit 1; \}$/,
    );
  });
});
