import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { addFirmware } from '../../harness/lab/firmware/catalogue.ts';
import { noteBefore } from '../../harness/lab/firmware/history.ts';
import { readFirmwareFile } from '../../harness/lab/firmware/image-file.ts';
import type { Board } from '../../harness/rig/router.ts';
import { startWwanlab, temporaryFolder, wwanlab } from '../support/cli.ts';
import { printed } from '../support/programs.ts';
import { realCtx } from '../support/real-ctx.ts';
import { startTcpRouter, type TcpRouter } from '../support/tcp-router.ts';

/** Within which a command has begun, however busy the machine is. */
const START = 300_000;

const folder = temporaryFolder();
let router: TcpRouter;
/** What `settings` prints when nobody has changed anything. */
let well: string;

beforeAll(async () => {
  router = await startTcpRouter(folder.path);
  well = await router.bench(settings);
});

afterAll(() => {
  router.close();
  folder.remove();
});

describe('a rig of kind lab', () => {
  it('climbs the ladder over TCP in real time', async () => {
    const rig = router.rigFile('good');
    const checked = await wwanlab(['rigs', 'check', rig]);
    expect({ exitCode: checked.exitCode, stderr: checked.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const result = await wwanlab([
      'run',
      '--rig',
      rig,
      '--suite',
      'connect/ppp',
      '--out',
      folder.path,
      '--json',
    ]);
    const { verdicts } = JSON.parse(result.stdout) as { verdicts: { outcome: string; message: string }[] };
    expect(verdicts).toMatchObject([{ outcome: 'pass' }]);
    expect(result.exitCode).toBe(0);
    const reliability = await wwanlab(['rigs', 'reliability', rig]);
    expect(reliability.stdout).toMatch(/^good: none of 1 verdict since .+ was an error of rig or lab/);
  });

  it('refuses a router with another host key, and says which line would accept it', async () => {
    const rig = router.rigFile('imposter', { hostKey: `SHA256:${'A'.repeat(43)}` });
    const result = await wwanlab(['run', '--rig', rig, '--suite', 'connect/ppp', '--out', folder.path]);
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toContain(router.sim.hostKeyFingerprint);
  });
});

/** Changes two files, puts something in the way of the one's return where it is asked to, and never ends. */
const suite = (blocks: boolean): string => {
  const path = join(folder.path, `changes-${blocks}.suite.ts`);
  writeFileSync(
    path,
    `import { minutes, rigTest } from 'wwanlab/runner';
rigTest('changes the rig', { requires: [], limit: minutes(60) }, async ({ ctx, rig }) => {
  await rig.router.uciSet(ctx, { 'network.wwan.apn': 'changed', 'system.@system[0].hostname': 'changed' });
  await rig.router.shell(ctx, '${blocks ? 'mkdir /etc/config/.wwanlab-system; ' : ''}touch /tmp/changed');
  await ctx.clock.sleep(minutes(59), ctx.signal);
});
`,
  );
  return path;
};

/** A run that has changed the rig and goes on. */
async function runThatChanges(
  rig: string,
  blocks = false,
): Promise<{ process: ChildProcess; ended: Promise<string> }> {
  await router.bench('rm -f /tmp/changed');
  const run = startWwanlab(['run', '--rig', rig, '--suite', suite(blocks), '--out', folder.path]);
  let output = '';
  run.stdout?.on('data', (bytes) => (output += bytes));
  let over = false;
  const ended = new Promise<string>((resolve) => {
    run.once('close', () => {
      over = true;
      resolve(output);
    });
  });
  const changed = async (): Promise<true | undefined> => {
    if ((await router.bench('[ -e /tmp/changed ] && echo yes')) === 'yes') return true;
    if (over) throw new Error(`it ended before it had changed the rig: ${output}`);
    return undefined;
  };
  await realCtx().expect('the suite has changed the rig', changed, START, 100);
  return { process: run, ended };
}

async function killedInTheMiddle(rig: string, blocks: boolean): Promise<void> {
  const { process, ended } = await runThatChanges(rig, blocks);
  process.kill('SIGKILL');
  await ended;
  await wwanlab(['rigs', 'take', rig, '--reason', 'the test does not wait for 20 s']);
}

const settings =
  'uci get network.wwan.apn; uci get system.@system[0].hostname; cat /proc/sys/kernel/hostname';

describe('a lab rig whose holder was killed', () => {
  it('is as it was before the next one gets it', async () => {
    const rig = router.rigFile('killed');
    await killedInTheMiddle(rig, false);
    expect(await router.bench('uci get network.wwan.apn')).toBe('changed');
    const who = await wwanlab(['rigs', 'who', rig]);
    expect(who.stdout).toMatch(/\/etc\/config\/network was changed by .+; it is gone: the next one does/);
    const next = await wwanlab(['shell', rig, settings]);
    expect(next.stderr).toMatch(
      /^bringing back what .+ changed: \/etc\/config\/network, \/etc\/config\/system$/m,
    );
    expect(next.stdout.trim()).toBe(well);
    expect((await wwanlab(['rigs', 'who', rig])).stdout).toBe(`nobody holds ${rig}\n`);
  });

  it('is quarantined where it cannot be brought back, until a check finds it well', async () => {
    const rig = router.rigFile('stuck');
    await killedInTheMiddle(rig, true);
    expect(await wwanlab(['shell', rig, 'true'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('/etc/config/system could not be undone'),
    });
    // By hand it may be used as it is, and is told of: that is how it is mended.
    const byHand = await wwanlab(['shell', rig, 'echo here']);
    expect(byHand).toMatchObject({ exitCode: 0, stdout: 'here\n' });
    expect(byHand.stderr).toMatch(/^stuck is in quarantine: \/etc\/config\/system could not be undone/);
    const checked = await wwanlab(['rigs', 'check', rig]);
    expect(checked.exitCode).toBe(2);
    expect(checked.stdout).toMatch(/FAIL {2}router .+ is not in its known good state/);
    await wwanlab(['shell', rig, 'rm -r /etc/config/.wwanlab-system']);
    const passed = await wwanlab(['rigs', 'check', rig]);
    expect({ exitCode: passed.exitCode, stdout: passed.stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('The quarantine is lifted'),
    });
    expect((await wwanlab(['shell', rig, settings])).stdout.trim()).toBe(well);
  });
});

describe('a lab rig that is in use', () => {
  it('is not to be had by others, who are told by whom and for how long', async () => {
    const rig = router.rigFile('busy');
    const { ended } = await runThatChanges(rig);
    const waiting = await wwanlab(['shell', rig, 'true', '--wait', '100 ms']);
    expect(waiting.exitCode).toBe(2);
    expect(waiting.stderr).toMatch(
      /^waiting: busy is in use: .+ \(changes-false of a run\), holds router .+ for .+; its lease ends in .+ s unless/,
    );
    await wwanlab(['rigs', 'take', rig, '--reason', 'release gate']);
    expect(await ended).toContain('was taken away: release gate'); // amid its wait, not at its next step
  });

  it('is brought back by its own run where that is interrupted', async () => {
    const rig = router.rigFile('interrupted');
    const { process, ended } = await runThatChanges(rig);
    process.kill('SIGINT');
    await ended;
    expect(await router.bench(settings)).toBe(well);
    expect((await wwanlab(['rigs', 'who', rig])).stdout).toBe(`nobody holds ${rig}\n`);
  });
});

describe('a flash that goes back', () => {
  /** As sysupgrade leaves it to tell: a release, on a board that this router is not. */
  const ran = (version: string): Board => ({
    hostname: 'OpenWrt',
    model: 'another',
    boardName: 'another',
    kernel: '5.15',
    distribution: 'OpenWrt',
    flavour: 'OpenWrt',
    version,
    revision: `r${version}`,
    target: 't/t',
  });

  it('takes what ran before when it gets the rig, which another had until then, and says how it knows', async () => {
    const rig = router.rigFile('back');
    process.env['WWANLAB_FIRMWARE'] = join(folder.path, 'firmware');
    for (const version of ['21', '22']) {
      const path = join(folder.path, `${version}.bin`);
      writeFileSync(path, Buffer.alloc(2_000, version));
      const { revision } = ran(version);
      addFirmware(readFirmwareFile(path), { boards: ['another'], version, revision });
    }
    noteBefore('back', ran('21'));
    const holder = startWwanlab(['shell', rig, 'touch /tmp/held; sleep 1000']);
    const held = async (): Promise<true | undefined> =>
      (await router.bench('[ -e /tmp/held ] && echo yes')) === 'yes' || undefined;
    await realCtx().expect('somebody has the rig', held, START, 100);
    const back = startWwanlab(['flash', rig, '--back']);
    let said = '';
    back.stdout?.on('data', (bytes) => (said += bytes));
    const ended = once(back, 'close');
    await printed(back, /^waiting: back is in use/m);
    noteBefore('back', ran('22'));
    holder.kill('SIGINT');
    expect(await ended).toEqual([2, null]); // it is the other router's
    expect(said).toMatch(/^--back takes 22\.bin \(.+ was not flashed from here: .+\nback <- 22\.bin/);
    delete process.env['WWANLAB_FIRMWARE'];
  });
});

describe('a command on a lab rig that is interrupted', () => {
  it('gives the rig back before it ends', async () => {
    const rig = router.rigFile('let-go');
    const shell = startWwanlab(['shell', rig, 'touch /tmp/begun; sleep 1000']);
    const ended = once(shell, 'close');
    const begun = async (): Promise<true | undefined> =>
      (await router.bench('[ -e /tmp/begun ] && echo yes')) === 'yes' || undefined;
    await realCtx().expect('the command runs', begun, START, 100);
    let said = '';
    shell.stderr?.on('data', (bytes) => (said += String(bytes)));
    shell.kill('SIGINT');
    expect(await ended).toEqual([null, 'SIGINT']);
    expect(said).toMatch(
      /was interrupted\n {2}the rig is given back; to see how it is: wwanlab rigs check \S+let-go/,
    );
    expect((await wwanlab(['rigs', 'who', rig])).stdout).toBe(`nobody holds ${rig}\n`);
  });
});

describe('a log that is followed', () => {
  it('ends with whoever reads it, as in `| head -1`, and gives the rig back', async () => {
    const rig = router.rigFile('followed');
    const logs = startWwanlab(['logs', rig, '--follow']);
    const ended = once(logs, 'close');
    await once(logs.stdout as NodeJS.ReadableStream, 'data');
    logs.stdout?.destroy();
    await router.bench('logger a line that nobody reads');
    expect(await ended).toEqual([0, null]);
    expect((await wwanlab(['rigs', 'who', rig])).stdout).toBe(`nobody holds ${rig}\n`);
  });
});

describe('a lab rig whose router lost the interface for its modem', () => {
  it('opens all the same, and its recovery ends with what to type', async () => {
    const rig = router.rigFile('bare');
    const reload = '/etc/init.d/network reload';
    await router.bench(`cp /etc/config/network /tmp/kept; uci delete network.wwan; uci commit; ${reload}`);
    const modem = await wwanlab(['recover', rig, '--goal', 'modem']);
    expect(modem).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing had to be done') });
    const online = await wwanlab(['recover', rig]);
    expect(online).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(
        /no interface "wwan"; it has .+\n.+ human: .+"uci set network\.wwan=interface.+\nin quarantine until that is done and this passes: wwanlab rigs check \S+bare/,
      ),
    });
    // Now it is in quarantine: a modem that answers is not yet a rig that is well.
    expect(await wwanlab(['recover', rig, '--goal', 'modem'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /in quarantine since .+\n(?:.+\n)* {2}FAIL {2}interface .+\n(?:.+\n)*It stays in quarantine, because of interface\. Next: wwanlab shell/,
      ),
    });
    await router.bench(`cp /tmp/kept /etc/config/network; ${reload}`);
    const well = await wwanlab(['recover', rig]);
    expect(well).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('The quarantine is lifted'),
    });
    expect(await wwanlab(['recover', rig])).toMatchObject({
      stdout: expect.not.stringContaining('quarantine'),
    });
  });
});

describe('a lab rig whose interface dials on the wrong device', () => {
  it('says so before anything is done, with the line that helps', async () => {
    const rig = router.rigFile('misfit');
    const reload = 'uci commit network; /etc/init.d/network reload';
    const device = await router.bench('uci get network.wwan.device');
    await router.bench(`uci set network.wwan.device=/dev/cdc-wdm0; ${reload}`);
    const line = `wwanlab shell ${rig} "uci set network.wwan.device=${device}; ${reload}"`;
    const named = expect.stringContaining('wwan dials 3g and names /dev/cdc-wdm0, the control device of');
    const checked = await wwanlab(['rigs', 'check', rig]);
    expect(checked).toMatchObject({ exitCode: 2, stdout: named });
    expect(checked.stdout).toContain(`Next: ${line}\n`);
    expect((await wwanlab(['mode', rig])).stdout).toEqual(named);
    await router.bench(/"(.+)"/.exec(line)?.[1] ?? '');
  });
});
