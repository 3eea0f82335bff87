import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { programSwitch, snmpSwitch, uhubctlSwitch } from '../../../../harness/drivers/power/program.ts';
import { temporaryFolder } from '../../../support/cli.ts';
import { testCtx } from '../../../support/ctx.ts';
import { realCtx } from '../../../support/real-ctx.ts';

/*
 * Programs that stand in for uhubctl, snmpset and snmpget: they keep the state of an outlet in a file and print what
 * the real ones print (uhubctl 2.5, net-snmp 5.9).
 */
const ctx = realCtx();
const path = process.env['PATH'];
let folder = '';

const program = (name: string, script: string): string => {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};
const state = (): string => readFileSync(join(folder, 'state'), 'utf8').trim();
const set = (text: string): void => writeFileSync(join(folder, 'state'), text);

let remove: () => void = () => undefined;

beforeEach(() => {
  ({ path: folder, remove } = temporaryFolder());
  process.env['PATH'] = `${folder}:${path ?? ''}`;
});
afterEach(() => {
  process.env['PATH'] = path;
  remove();
});

describe('a switch behind programs', () => {
  it('switches, and proves it by asking', async () => {
    set('off');
    const tool = program(
      'outlet',
      `case $1 in on|off) echo $1 >${folder}/state ;; *) cat ${folder}/state ;; esac`,
    );
    const outlet = programSwitch('outlet 3', 0, {
      on: [tool, 'on'],
      off: [tool, 'off'],
      state: [tool, 'ask'],
    });
    expect(await outlet.state(ctx)).toBe('off');
    await outlet.set(ctx, true);
    expect(state()).toBe('on');
    expect(await outlet.state(ctx)).toBe('on');
  });

  it('does not believe a relay that does not follow', async () => {
    const tool = program('stuck', 'echo on');
    const outlet = programSwitch('outlet 3', 0, { on: [tool], off: [tool], state: [tool] });
    await expect(testCtx().drive((c) => outlet.set(c, false))).rejects.toMatchObject({
      code: 'power.not-switched',
      blame: 'rig',
      message: 'outlet 3 was told to be off and says that it is on',
    });
  });

  it('is unknown where nobody can be asked', async () => {
    const outlet = programSwitch('outlet 3', 0, { on: ['true'], off: ['true'] });
    await outlet.set(ctx, false);
    expect(await outlet.state(ctx)).toBe('unknown');
  });

  it('tells a program that is missing from one that fails and one that talks nonsense', async () => {
    const gone = programSwitch('x', 0, { on: ['no-such-program'], off: ['false'] });
    await expect(gone.set(ctx, true)).rejects.toMatchObject({ code: 'program.not-started', effect: 'none' });
    const failing = program('failing', 'echo no such outlet >&2; exit 3');
    const fails = programSwitch('x', 0, { on: [failing], off: [failing] });
    await expect(fails.set(ctx, true)).rejects.toMatchObject({
      code: 'power.program-failed',
      message: expect.stringContaining('ended with 3: no such outlet'),
    });
    const strange = programSwitch('x', 0, { on: ['true'], off: ['true'], state: ['echo', 'maybe'] });
    await expect(strange.state(ctx)).rejects.toMatchObject({ code: 'power.unexpected-answer' });
  });
});

describe('known programs', () => {
  it('reads uhubctl, and takes the port that was asked for', async () => {
    set('0503 power highspeed enable connect [1199:9071]');
    program(
      'uhubctl',
      `[ "$1 $2 $3 $4" = "-l 1-1 -p 2" ] || exit 9
       case $6 in 0) echo '0000 off' >${folder}/state ;; 1) echo '0100 power' >${folder}/state ;; esac
       echo "Current status for hub 1-1 [0bda:5411 Generic USB2.1 Hub, USB 2.10, 4 ports, ppps]"
       echo "  Port 1: 0100 power"; echo "  Port 2: $(cat ${folder}/state)"
       echo "Current status for hub 2-1 [0bda:0411 Generic USB3.2 Hub, USB 3.20, 4 ports, ppps]"
       echo "  Port 2: $(cat ${folder}/half 2>/dev/null || echo 00a0 off)"`,
    );
    const outlet = uhubctlSwitch('1-1', 2, 0);
    expect(await outlet.state(ctx)).toBe('on');
    await outlet.set(ctx, false);
    expect(state()).toBe('0000 off');
    expect(await outlet.state(ctx)).toBe('off');
    writeFileSync(join(folder, 'half'), '02a0 power 5gbps Rx.Detect');
    expect(await outlet.state(ctx)).toBe('on');
  });

  it('asks snmpget without the names of MIBs, and never shows the community', async () => {
    set('1');
    program('snmpget', `[ "$*" = "-v 1 -c s3cret -m  -O qv pdu .1.3.6.1" ] && cat ${folder}/state`);
    program('snmpset', `for last; do :; done; echo $last >${folder}/state`);
    const pdu = { host: 'pdu', oid: '.1.3.6.1', on: 1, off: 2, community: 's3cret', version: '1' } as const;
    const outlet = snmpSwitch(pdu, 0);
    expect(await outlet.state(ctx)).toBe('on');
    await outlet.set(ctx, false);
    expect(state()).toBe('2');
    program('snmpset', 'echo "Timeout: No Response from pdu" >&2; exit 1');
    const error = await outlet.set(ctx, true).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'power.program-failed' });
    expect(JSON.stringify(error) + String(error)).not.toContain('s3cret');
  });
});
