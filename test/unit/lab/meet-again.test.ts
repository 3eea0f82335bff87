import { afterAll, describe, expect, it } from '@jest/globals';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { HarnessError } from '../../../harness/core/errors.ts';
import { meetAgain } from '../../../harness/lab/meet-again.ts';
import { pinHostKey } from '../../../harness/lab/pin-host-key.ts';
import type { Console } from '../../../harness/rig/console.ts';
import { createKeyPair } from '../../../harness/sim/router/host-key.ts';
import { fingerprintOf } from '../../../harness/transport/ssh/host-key.ts';
import { temporaryFolder } from '../../support/cli.ts';
import { testCtx } from '../../support/ctx.ts';
import { fakeConnection } from '../../support/fake-router.ts';

const newKey = createKeyPair().public;
const shown = fingerprintOf(Buffer.from(newKey.split(' ')[1] ?? '', 'base64'));
const known = { boardName: 'gl-mifi', macAddresses: ['e4:95:6e:00:00:01', 'e4:95:6e:00:00:02'] };

const sshError = (code: 'ssh.host-key-missing' | 'ssh.auth-failed'): HarnessError =>
  new HarnessError(code, { code, blame: 'rig', effect: 'none', data: { found: shown } });

interface Router {
  readonly board?: string;
  readonly mac?: string;
  readonly wantsPassword?: boolean;
  /** What its console prints for its keys; `silent`: no shell waits there. */
  readonly console?: string;
}

/** A router that shows `shown`. */
function bench({ board = 'gl-mifi', mac = 'E4:95:6E:00:00:02', wantsPassword, console: printed }: Router) {
  const test = testCtx();
  const pinned: string[] = [];
  const trusted: (string | undefined)[] = [];
  const reply = (command: string): string =>
    command.includes('ubus call system board')
      ? `=== 0\n${JSON.stringify({ kernel: '5', board_name: board })}\n=== 1\n=== 2\n=== 3\n`
      : `${mac}\n`;
  const console = printed === undefined ? undefined : consoleThat(printed);
  const meet = () =>
    test.drive((ctx) =>
      meetAgain(
        ctx,
        {
          name: 'shelf-3',
          connect: (_c, hostKey) => {
            trusted.push(hostKey);
            if (hostKey === undefined) return Promise.reject(sshError('ssh.host-key-missing'));
            if (wantsPassword) return Promise.reject(sshError('ssh.auth-failed'));
            return Promise.resolve(fakeConnection(reply));
          },
          console,
          pin: (key) => pinned.push(key),
        },
        known,
      ),
    );
  return { meet, pinned, trusted };
}

function consoleThat(printed: string): Console {
  return {
    name: '/dev/ttyUSB0',
    recent: () => 'root@GL-MIFI:~# ',
    write: () => Promise.resolve(),
    expect: (_ctx: unknown, _what: string, pattern: RegExp) => {
      const id = /begin-(\w+)/.exec(pattern.source)?.[1];
      const text = `wwanlab-begin-${id}\n${printed}wwanlab-end-${id} 0\n`;
      const match = printed === 'silent' ? null : pattern.exec(text);
      if (match) return Promise.resolve({ text, match });
      const options = { code: 'console.not-seen', blame: 'rig', effect: 'none' } as const;
      return Promise.reject(new HarnessError('nothing', options));
    },
  } as unknown as Console;
}

describe('a router with another host key', () => {
  it('is believed by its board and a MAC address, over a session that trusts what it showed', async () => {
    const { meet, pinned, trusted } = bench({});
    expect(await meet()).toEqual({
      hostKey: shown,
      proof: 'it is a gl-mifi with the MAC address e4:95:6e:00:00:02, as before',
    });
    expect([pinned, trusted]).toEqual([[shown], [undefined, shown]]);
  });

  it('is believed by its console, without any session', async () => {
    const { meet, pinned, trusted } = bench({ console: newKey + '\n', wantsPassword: true });
    expect(await meet()).toMatchObject({ proof: 'its console /dev/ttyUSB0 shows this key' });
    expect([pinned, trusted]).toEqual([[shown], [undefined]]);
  });

  it('has to be the same hardware where no shell waits on its console', async () => {
    const { meet, pinned } = bench({ console: 'silent' });
    expect(await meet()).toMatchObject({ proof: expect.stringContaining('MAC address') });
    expect(pinned).toEqual([shown]);
  });

  it.each<[string, Router, RegExp]>([
    ['another board', { board: 'x750' }, /it is a x750, and was a gl-mifi/],
    [
      'another one of the same kind',
      { mac: 'e4:95:6e:00:00:09' },
      /addresses are e4:95:6e:00:00:09, and were/,
    ],
    [
      'one that wants a password',
      { wantsPassword: true },
      /wants a password, and the rig's own is not given/,
    ],
    [
      'one that is not on the console',
      { console: `${createKeyPair().public}\n` },
      /on its console has the keys SHA256/,
    ],
    ['one whose console has no keys', { console: '' }, /on its console has the keys none/],
  ])('is not believed: %s', async (_what, router, why) => {
    const { meet, pinned } = bench(router);
    await expect(meet()).rejects.toMatchObject({
      code: 'rig.stranger',
      message: expect.stringMatching(why),
      hint: expect.stringMatching(/./),
    });
    expect(pinned).toEqual([]);
  });
});

describe('a host key in a rig file', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const path = join(folder.path, 'a.rig.yaml');
  const text = (key: string): string => `# the shelf's third
kind: lab   # real
router:
  host: 192.168.8.1
${key}  user: root
connection: {apn: "internet"}   # of the card
`;

  it.each([
    ['plain', `  hostKey: SHA256:${'A'.repeat(43)} # of 2024\n`, `  hostKey: '${shown}' # of 2024\n`],
    ['quoted', `  hostKey:   "SHA256:${'A'.repeat(43)}"\n`, `  hostKey:   '${shown}'\n`],
  ])('is exchanged and nothing else, where it is %s', (_what, before, after) => {
    writeFileSync(path, text(before), { mode: 0o640 });
    pinHostKey(path, shown);
    expect(readFileSync(path, 'utf8')).toBe(text(after));
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('is added where there was none, and comments stay', () => {
    writeFileSync(path, text(''));
    pinHostKey(path, shown);
    const after = readFileSync(path, 'utf8');
    expect(after).toContain(`  hostKey: ${shown}\n`);
    expect(after).toMatch(/^# the shelf's third\n.+# real\n[^]+# of the card\n$/);
  });

  it('that cannot be written is told, with the line to write by hand', () => {
    expect(() => pinHostKey(join(folder.path, 'nosuch.rig.yaml'), shown)).toThrow(/nosuch/);
  });
});
