import { once } from 'node:events';

import { describe, expect, it } from '@jest/globals';

import { startWwanlab, wwanlab } from '../support/cli.ts';
import { printed } from '../support/programs.ts';

const serve = ['modem', 'serve', '--model', 'mc7455', '--usbredir', 'tcp:127.0.0.1:0', '--control', '-'];

// Its standard input has ended before it begins: it comes on and goes.
describe('modem serve', () => {
  it('ends well where every fault that it was asked for has bitten', async () => {
    const { exitCode, stdout, stderr } = await wwanlab([...serve, '--fault', 'cell.lost 10s']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/fault cell\.lost$/m);
  });

  it('ends with 2 where one has not, and says which and why', async () => {
    const faults = ['--fault', 'at.silent', '--fault', 'bearer.drop 36 after 5s of bearer.up'];
    const { exitCode, stderr } = await wwanlab([...serve, ...faults]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      "at.silent (no AT command came), bearer.drop (its moment did not come: 5 s after the modem's first bearer.up)",
    );
  });

  it('does not begin where one can do nothing', async () => {
    const { exitCode, stderr } = await wwanlab([...serve, '--fault', 'bearer.drop']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('no data session is up');
  });

  it('ends so as well where it is Ctrl-C that ends it: that is no interruption', async () => {
    const child = startWwanlab([...serve.slice(0, -2), '--fault', 'at.silent']);
    const closed = once(child, 'close');
    await printed(child, /is on/);
    child.kill('SIGINT');
    expect(await closed).toEqual([2, null]);
  });
});
