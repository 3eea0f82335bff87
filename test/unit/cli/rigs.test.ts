import { describe, expect, it } from '@jest/globals';

import { rigsCheck } from '../../../harness/cli/rigs-check.ts';
import { rigsExplain } from '../../../harness/cli/rigs-explain.ts';
import { rigLines, rigsList } from '../../../harness/cli/rigs-list.ts';
import { argumentsOf, memoryIo } from './io.ts';

describe('rigs list', () => {
  it('sets those with planted defects apart', async () => {
    const io = memoryIo();
    expect(await rigsList(argumentsOf([]), io)).toBe(0);
    const [healthy = '', planted = ''] = io.written.out.split('\n\n');
    expect(healthy.match(/^ {2}sim-mifi/gm)).toHaveLength(5);
    expect(planted.match(/^ {2}sim-planted-/gm)).toHaveLength(5);
  });

  it('shows a broken file without hiding the others', () => {
    const text = rigLines([
      { id: 'a', path: 'a', problem: 'a:1:1: kind: missing' },
      { id: 'b', path: 'b', kind: 'sim', title: 'fine', planted: false },
    ]);
    expect(text).toBe('Rigs\n  a  broken: a:1:1: kind: missing\n  b  sim  fine\n');
  });

  it('shows why nobody may use a rig', () => {
    const quarantine = { reason: 'no boot', since: '2026-01-01T00:00:00.000Z', who: 'anna@lab' };
    const text = rigLines([{ id: 'a', path: 'a', kind: 'lab', title: 'shelf', planted: false, quarantine }]);
    expect(text).toBe('Rigs\n  a  lab  shelf; in quarantine since 2026-01-01T00:00:00.000Z: no boot\n');
  });
});

describe('rigs explain', () => {
  it('tells what the file says from what is a default', async () => {
    const io = memoryIo();
    await rigsExplain(argumentsOf(['sim-mifi22-ec25']), io);
    expect(io.written.out).toMatch(/modem\.model +line \d+ +ec25-a/);
    expect(io.written.out).toMatch(/router\.user +default +root/);
  });
});

describe('rigs check', () => {
  const checked = async (
    rig: string,
    flags: Readonly<Record<string, true>> = {},
  ): Promise<{ exitCode: number; out: string }> => {
    const io = memoryIo();
    const exitCode = await rigsCheck(argumentsOf([rig], flags), io);
    return { exitCode, out: io.written.out };
  };

  it('looks at a healthy rig from the outside in, and says what to type next', async () => {
    const { exitCode, out } = await checked('sim-mifi25-mc7455');
    const names = [...out.matchAll(/^ {2}ok {4}(\S.*?) {2}/gm)].map(([, name]) => name);
    expect(names.slice(0, 6)).toEqual(['rig file', 'router', 'power', 'clock', 'disk', 'interface']);
    expect(names).toEqual(expect.arrayContaining(['USB', 'drivers', 'modem', 'SIM card', 'network']));
    expect(out).toContain('Next: wwanlab run --rig sim-mifi25-mc7455');
    expect(exitCode).toBe(0);
  });

  it('cuts the power where it is asked to, and finds the router booted and the modem back', async () => {
    const { exitCode, out } = await checked('sim-mifi25-mc7455', { power: true });
    expect(out).toMatch(
      /^ {2}ok {4}outlet +the simulated supply cuts this router, which is back after \d+ s$/m,
    );
    expect(out).toMatch(/^ {2}ok {4}SIM card /m);
    expect(exitCode).toBe(0);
  });

  it('names the rung at which it ends', async () => {
    const { exitCode, out } = await checked('sim-planted-sim-not-seated');
    expect(out).toMatch(/FAIL +SIM card +S4 \(SIM ready\) not reached: absent/);
    expect(exitCode).toBe(2);
  });
});
