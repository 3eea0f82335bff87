import { describe, expect, it } from '@jest/globals';

import { createCtx } from '../../../../harness/core/ctx.ts';
import { HarnessError } from '../../../../harness/core/errors.ts';
import { newsOf } from '../../../../harness/cli/news.ts';
import { flash, type FlashPlan, type SavedBackup } from '../../../../harness/procedures/flash/flash.ts';
import type { Console } from '../../../../harness/rig/console.ts';
import type { UndoJournal } from '../../../../harness/rig/undo.ts';
import type { Rig } from '../../../../harness/rig/rig.ts';
import type { ExecResult } from '../../../../harness/rig/router.ts';
import { testCtx } from '../../../support/ctx.ts';
import { scriptedRig } from '../../../support/scripted-rig.ts';

const old = {
  hostname: 'h',
  model: 'm',
  boardName: 'gl-mifi',
  kernel: '5',
  distribution: 'OpenWrt', // so GL.iNet calls it
  flavour: 'GL.iNet',
  version: '19.07',
  revision: 'r1',
  target: 't',
};
const image = {
  bytes: Buffer.alloc(100_000, 1),
  name: 'new.bin',
  boards: ['gl-mifi'],
  distribution: 'OpenWrt',
  version: '23.05.5',
  revision: 'r2',
};

interface Twist {
  readonly boots?: 'new' | 'old' | 'other board' | 'new key' | 'elsewhere';
  /** `slow`: it is at work for a minute, and `goes on` where the session ends meanwhile. */
  readonly upgrade?: Partial<ExecResult> | 'silence' | 'slow' | 'goes on';
  /** What was written into the root before the flash is there afterwards. */
  readonly mark?: 'stays';
  readonly test?: Partial<ExecResult> | 'slow';
  readonly freeKb?: number;
  readonly boardName?: string;
  /** For the modem: it goes with the settings, or there was none before. */
  readonly interface?: 'lost' | 'never there';
  /** What its console prints to the question for its addresses; `silent`: no shell waits there. */
  readonly console?: string;
  /** Where its host key is pinned in a file of ours: what asking it again brings. */
  readonly meets?: 'the same' | 'a stranger';
}

const silent = (code: 'ssh.unreachable' | 'console.not-seen'): HarnessError =>
  new HarnessError('no answer', { code, blame: 'rig', effect: 'none' });

function consoleThat(printed: string): Console {
  return {
    name: '/dev/ttyUSB0',
    recent: () => 'root@OpenWrt:~# ',
    write: () => Promise.resolve(),
    expect: (_ctx: unknown, _what: string, pattern: RegExp) => {
      const id = /begin-(\w+)/.exec(pattern.source)?.[1];
      const text = `wwanlab-begin-${id}\n${printed}wwanlab-end-${id} 0\n`;
      const match = printed === 'silent' ? null : pattern.exec(text);
      return match ? Promise.resolve({ text, match }) : Promise.reject(silent('console.not-seen'));
    },
  } as unknown as Console;
}

const newKey = new HarnessError('another key', {
  code: 'ssh.host-key-mismatch',
  blame: 'rig',
  effect: 'none',
  hint: 'look at its key',
});

/** A router that takes an image, with what may go wrong. */
function router(twist: Twist = {}) {
  const test = testCtx();
  const { rig: base, script } = scriptedRig();
  if (twist.interface === 'never there') script.interface = 'absent';
  const ran: string[] = [];
  let booted = false;
  const result = (command: string, with_: Partial<ExecResult> = {}): ExecResult => ({
    command,
    exitCode: 0,
    stdout: '',
    stderr: '',
    tookMs: 1,
    ...with_,
  });
  let met = false;
  const meetAgain: Rig['meetAgain'] = (_ctx, known) => {
    ran.push(`meet ${known.boardName} ${known.macAddresses.join(' ')}`);
    met = twist.meets === 'the same';
    if (met) return Promise.resolve({ hostKey: 'SHA256:new', proof: 'its console shows this key' });
    return Promise.reject(
      new HarnessError('not believed', { code: 'rig.stranger', blame: 'rig', effect: 'none', hint: 'look' }),
    );
  };
  const rig: Rig = {
    ...base,
    ...(twist.meets === undefined ? {} : { meetAgain }),
    ...(twist.console === undefined ? {} : { console: consoleThat(twist.console) }),
    ...(twist.boardName === undefined ? {} : { boardName: twist.boardName }),
    router: {
      ...base.router,
      board: () => {
        if (!booted || twist.boots === 'old') return Promise.resolve(old);
        const boardName = twist.boots === 'other board' ? 'x750' : old.boardName;
        return Promise.resolve({ ...old, boardName, version: image.version, revision: image.revision });
      },
      boot: () => {
        if (booted && !met && twist.boots === 'new key') return Promise.reject(newKey);
        if (booted && twist.boots === 'elsewhere') return Promise.reject(silent('ssh.unreachable'));
        return Promise.resolve({ bootId: booted ? 'after' : 'before', uptimeMs: 9_000 });
      },
      upload: () => Promise.resolve(void ran.push('upload')),
      download: () => Promise.resolve(Buffer.from('settings')),
      shell: async (c, command) => {
        ran.push(command);
        if (command.startsWith('df')) {
          const line = `tmpfs 120000 4 ${twist.freeKb ?? 60_000} 1% /tmp`;
          return Promise.resolve(result(command, { stdout: line }));
        }
        if (command.startsWith('[ -e /.wwanlab')) {
          return Promise.resolve(result(command, { exitCode: twist.mark === 'stays' ? 0 : 1 }));
        }
        if (command.startsWith('sysupgrade -T') && twist.test === 'slow') {
          await c.clock.sleep(60_000, c.signal);
        } else if (command.startsWith('sysupgrade -T'))
          return Promise.resolve(result(command, twist.test as Partial<ExecResult>));
        if (command.startsWith('if grep')) {
          return Promise.resolve(result(command, { stdout: twist.upgrade === 'goes on' ? 'busy\n' : '' }));
        }
        if (!/^sysupgrade (?:-n )?\/tmp/.test(command)) return Promise.resolve(result(command));
        if (twist.upgrade === 'slow' || twist.upgrade === 'goes on') await c.clock.sleep(60_000, c.signal);
        if (typeof twist.upgrade === 'object') {
          return Promise.resolve(result(command, twist.upgrade));
        }
        booted = true;
        if (twist.interface === 'lost') script.interface = 'absent';
        script.usb = script.usb.map((device) => ({ ...device, number: device.number + 5 }));
        const gone = new HarnessError('gone', { code: 'ssh.closed', blame: 'rig', effect: 'unknown' });
        return Promise.reject(gone);
      },
    },
  };
  const notes: string[] = [];
  const noted: string[] = [];
  const undo = {
    note: (thing: string) => void noted.push(`${ran.includes('upload') ? 'late' : 'noted'}: ${thing}`),
    done: (thing: string) => void noted.push(`done: ${thing}`),
    forget: () => undefined,
  } as unknown as UndoJournal;
  const run = (plan: Partial<FlashPlan> = {}, interrupt?: { readonly at: number; readonly reason: Error }) =>
    test.drive((outer) => {
      const stop = new AbortController();
      if (interrupt) outer.clock.after(interrupt.at, () => stop.abort(interrupt.reason));
      const ctx = interrupt ? createCtx({ ...outer, signal: stop.signal }) : outer;
      return flash(
        ctx,
        { ...rig, undo },
        {
          image,
          settings: 'by-flavour',
          saveBackup: () => ({ path: 'r.tgz', flaw: undefined }),
          onCommit: ({ revision }) => notes.push(revision),
          ...plan,
        },
      );
    });
  return { ...test, run, ran, notes, noted };
}

describe('flash', () => {
  it('takes the lost connection as progress and the release after a new boot as success', async () => {
    const { run, ran, notes } = router();
    expect(await run()).toMatchObject({
      outcome: 'flashed',
      settings: 'dropped',
      backup: 'r.tgz',
      modemTrouble: undefined,
      after: { revision: 'r2' },
    });
    expect(ran).toContain('sysupgrade -n /tmp/wwanlab-firmware.bin');
    expect(notes).toEqual(['r1']);
  });

  it('keeps the settings within a flavour, or where it is told to', async () => {
    for (const own of [{ distribution: 'gl.inet' }, { flavour: 'GL.iNet' }]) {
      expect(await router().run({ image: { ...image, ...own } })).toMatchObject({ settings: 'kept' });
    }
    const told = router();
    expect(await told.run({ settings: 'keep' })).toMatchObject({ settings: 'kept' });
    expect(told.ran).toContain('sysupgrade /tmp/wwanlab-firmware.bin');
  });

  it('writes nothing that runs already, unless again', async () => {
    const { run, ran } = router();
    const running = { ...image, version: old.version, revision: old.revision };
    const own = { ...running, flavour: old.flavour };
    expect(await run({ image: own })).toMatchObject({ outcome: 'skipped', settings: 'untouched' });
    expect(ran).toEqual([]);
  });

  it('writes the same release of OpenWrt over that of another maker, without his settings', async () => {
    const same = { ...image, version: old.version, revision: old.revision };
    const { run, ran } = router();
    // This router boots another release, which is not what is asked here.
    const hint = expect.stringMatching(/ what ran before: wwanlab flash \S+ --back$/);
    await expect(run({ image: same })).rejects.toMatchObject({ code: 'flash.other-release', hint });
    expect(ran).toContain('sysupgrade -n /tmp/wwanlab-firmware.bin');
  });

  const interrupted = new HarnessError('interrupted', {
    code: 'run.interrupted',
    blame: 'test',
    effect: 'unknown',
  });
  const AWAY = 'rm -f /tmp/wwanlab-firmware.bin /tmp/wwanlab-backup.tgz';

  it.each<[string, Twist, string, string, string]>([
    ['amid the check', { test: 'slow' }, 'validate', `${AWAY}`, 'was taken away from the router again'],
    ['as sysupgrade begins', { upgrade: 'slow' }, 'write', `else ${AWAY} /`, 'was taken away from the'],
    ['which writes it', { upgrade: 'goes on' }, 'write', `else ${AWAY} /`, 'stays on the router: its sysup'],
  ])(
    'leaves no image in the RAM of a router where it is interrupted %s, unless it is read, and says so',
    async (_when, twist, stage, line, told) => {
      const { run, ran, noted, events } = router(twist);
      await expect(run({}, { at: 5_000, reason: interrupted })).rejects.toMatchObject({
        code: 'run.interrupted',
        message: expect.stringContaining(`the flash ended at its stage ${stage}: interrupted. State: `),
      });
      expect(ran.at(-1)).toContain(line);
      const said = events()
        .filter(({ kind }) => kind === 'flash')
        .map(newsOf);
      expect(said.at(-1)).toContain(`/tmp/wwanlab-firmware.bin ${told}`);
      expect(noted).toEqual(['noted: /tmp/wwanlab-firmware.bin', 'done: /tmp/wwanlab-firmware.bin']);
    },
  );

  it('notes what it puts into the RAM before it does, for whoever comes after one that was killed', async () => {
    const { run, noted } = router();
    await run();
    expect(noted).toEqual(['noted: /tmp/wwanlab-firmware.bin', 'done: /tmp/wwanlab-firmware.bin']);
  });

  it('writes another image of the release that runs, and believes it only where the root of before is gone', async () => {
    const running = { ...image, version: old.version, revision: old.revision };
    const plan = { image: running, runs: () => false };
    expect(await router({ boots: 'old' }).run(plan)).toMatchObject({ outcome: 'flashed' });
    const { run, ran } = router({ boots: 'old', mark: 'stays' });
    await expect(run(plan)).rejects.toMatchObject({
      code: 'flash.not-written',
      message: expect.stringContaining(
        'a file from before the flash is still there. State: it runs and answers',
      ),
    });
    expect(ran.at(-1)).toContain('rm -f /.wwanlab-before-flash');
    expect(await router().run({ runs: () => true })).toMatchObject({ outcome: 'skipped' });
  });

  it.each<[string, Twist, Partial<FlashPlan>, string, string]>([
    [
      'the wrong router',
      { boardName: 'x750' },
      {},
      'flash.wrong-router',
      'identify: this router is a gl-mifi',
    ],
    [
      'an image for another board',
      {},
      { image: { ...image, boards: ['x750'] } },
      'flash.other-board',
      'is for x750',
    ],
    [
      'a full /tmp',
      { freeKb: 2_000 },
      {},
      'flash.no-room',
      'and /tmp has room for 2048000. State: nothing was written',
    ],
    [
      "the router's own check",
      { test: { exitCode: 1, stderr: 'Image check failed.' } },
      {},
      'flash.rejected',
      'Image check failed. State',
    ],
    [
      'a sysupgrade that does not begin',
      { upgrade: { exitCode: 1, stderr: 'no flash' } },
      {},
      'flash.refused',
      'no flash. State',
    ],
    [
      'the old release after the boot',
      { boots: 'old' },
      {},
      'flash.other-release',
      'runs 19.07 r1, not 23.05.5 r2',
    ],
    ['another board after the boot', { boots: 'other board' }, {}, 'flash.wrong-router', 'is a x750'],
  ])('never calls %s a success', async (_what, twist, plan, code, text) => {
    const { run, notes } = router(twist);
    const error = await run(plan).catch((found: unknown) => found as HarnessError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(text) });
    const early = ['flash.wrong-router', 'flash.other-board', 'flash.no-room', 'flash.rejected'];
    if (early.includes(code) && twist.boots === undefined) expect(notes).toEqual([]);
  });

  it('does not offer to go back to the release that still runs', async () => {
    const { run } = router({ boots: 'old' });
    const hint = expect.stringMatching(/ to try once more: wwanlab flash \S+ IMAGE$/);
    await expect(run()).rejects.toMatchObject({ code: 'flash.other-release', hint });
  });

  it('says of a router with a new host key that it runs, not that it is torn', async () => {
    const { run } = router({ boots: 'new key' });
    await expect(run()).rejects.toMatchObject({
      code: 'ssh.host-key-mismatch',
      message: expect.stringContaining('State: it runs and answers, with a login of its own'),
      hint: 'look at its key',
    });
  });

  it('believes a new host key once the router is proven to be the same', async () => {
    const { run, ran } = router({ boots: 'new key', meets: 'the same' });
    const { outcome, stages } = await run();
    expect(outcome).toBe('flashed');
    expect(stages.find(({ stage }) => stage === 'boot')?.did).toMatch(
      /host key is SHA256:new now, pinned in the rig file since its console shows/,
    );
    expect(ran).toContain('meet gl-mifi e4:95:6e:00:00:01');
  });

  it.each<[string, string | undefined, object]>([
    [
      'as its console says',
      '2: br-lan    inet 192.168.1.1/24 brd 192.168.1.255 scope global br-lan\\       valid_lft forever\n',
      {
        code: 'flash.moved',
        message: expect.stringMatching(/is at 192\.168\.1\.1 now, .+ State: it runs, at another address/),
        hint: expect.stringContaining('factory: { host: 192.168.1.1 }'),
      },
    ],
    ['or so it may be: its console is silent', 'silent', { code: 'flash.out-of-sight' }],
    [
      'or so it may be: it has no console',
      undefined,
      {
        code: 'flash.out-of-sight',
        message: expect.stringMatching(
          /an OpenWrt is at 192\.168\.1\.1.+ State: it may run at another address/,
        ),
        hint: expect.stringMatching(/factory: \{ host: 192\.168\.1\.1 \}.+ if it is not: wwanlab recover/),
      },
    ],
  ])('tells where a router without its settings is, %s', async (_what, console, found) => {
    const twist = { boots: 'elsewhere', ...(console === undefined ? {} : { console }) } as const;
    await expect(router(twist).run({ settings: 'drop' })).rejects.toMatchObject(found);
    // With its settings it would have its address: then it is the boot that failed.
    await expect(router(twist).run({ settings: 'keep' })).rejects.toMatchObject({
      code: 'boot.not-seen',
    });
  });

  it('that is interrupted tells amid which stage, and in what state the router is', async () => {
    const { run } = router({ boots: 'elsewhere' });
    await expect(run({ settings: 'keep' }, { at: 60_000, reason: interrupted })).rejects.toMatchObject({
      code: 'run.interrupted',
      message: 'the flash ended at its stage boot: interrupted. State: its flash may hold a torn image',
      hint: 'bring it back: wwanlab recover scripted --image FILE',
    });
  });

  it('says that the interface went with the settings: the flash has succeeded all the same', async () => {
    const { run } = router({ interface: 'lost' });
    expect(await run({ settings: 'drop' })).toMatchObject({
      outcome: 'flashed',
      modemTrouble: expect.stringMatching(
        /no interface "wwan"; it has lan \(it went with the settings\); .+uci set network\.wwan/,
      ),
    });
  });

  it('puts an image onto a router that has no interface for its modem', async () => {
    const { outcome, modemTrouble, stages } = await router({ interface: 'never there' }).run();
    expect({ outcome, modemTrouble }).toEqual({ outcome: 'flashed', modemTrouble: undefined });
    expect(stages[0]?.did).toBe('gl-mifi runs 19.07 r1; the router has no interface "wwan"; it has lan');
  });

  it('does not say of settings that they were kept where a new host key shows that they were not', async () => {
    const { run } = router({ boots: 'new key', meets: 'the same' });
    await expect(run({ settings: 'keep' })).rejects.toMatchObject({
      code: 'flash.settings-lost',
      message: expect.stringContaining('runs 23.05.5 r2, and its settings are gone'),
      hint: expect.stringContaining('r.tgz, for sysupgrade -r'),
    });
  });

  it('writes nothing that would lose the settings which are to be kept', async () => {
    const saveBackup = (): SavedBackup => ({ path: 'r.tgz', flaw: 'its backup is empty' });
    const kept = router();
    await expect(kept.run({ settings: 'keep', saveBackup })).rejects.toMatchObject({
      code: 'flash.keeps-nothing',
      effect: 'none',
      message: expect.stringContaining('its backup is empty'),
      hint: expect.stringContaining('wwanlab flash scripted IMAGE --drop-settings'),
    });
    expect(kept.ran).not.toContain('upload');
    // Where they are not to be kept it is told.
    const { stages } = await router().run({ settings: 'drop', saveBackup });
    const saved = stages.find(({ stage }) => stage === 'backup');
    expect(saved?.did).toBe('settings saved in r.tgz, but its backup is empty');
  });

  it('does not go on with a stranger', async () => {
    const { run, ran } = router({ boots: 'new key', meets: 'a stranger' });
    await expect(run()).rejects.toMatchObject({
      code: 'rig.stranger',
      message: expect.stringContaining('State: it runs and answers, with a login of its own'),
    });
    expect(ran.at(-1)).toMatch(/^meet/);
  });

  it('waits for the boot where sysupgrade ends before the connection does, and tells where there is none', async () => {
    const upgrade = {
      exitCode: 1,
      stderr: 'Commencing upgrade. Closing all shell sessions.\nCommand failed',
    };
    const { run } = router({ upgrade });
    await expect(run()).rejects.toMatchObject({
      code: 'boot.not-begun',
      message: expect.stringContaining(
        'State: it runs, and did not restart: most likely nothing was written',
      ),
      hint: expect.stringContaining('wwanlab shell scripted "logread'),
    });
  });
});
