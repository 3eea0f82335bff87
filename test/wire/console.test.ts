import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from '@jest/globals';

import { openConsole } from '../../harness/drivers/console/console.ts';
import { promptAt, runInBootloader, runOnConsole, stopAutoboot } from '../../harness/procedures/console.ts';
import type { Console } from '../../harness/rig/console.ts';
import { openSerial } from '../../harness/transport/serial.ts';
import { itWith } from '../support/it-with.ts';
import { start } from '../support/programs.ts';
import { patientCtx, realCtx } from '../support/real-ctx.ts';

const ctx = patientCtx();
const UBOOT = '/usr/lib/u-boot/qemu-x86/u-boot.rom';

let folder = '';
const stops: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wwanlab-console-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A pair of terminals, as a cable between two serial ports: ours stays, whatever happens at the other end. */
async function cable(other: string): Promise<Console> {
  const path = join(folder, 'ours');
  stops.push(start('socat', [`PTY,link=${path},rawer`, other]).stop);
  await ctx.expect('the terminal is there', () => Promise.resolve(existsSync(path) || undefined), 5_000, 2);
  const console = await openConsole(ctx, { name: path, open: (c) => openSerial(c, { path }) });
  stops.push(() => console.close());
  return console;
}

describe('the console of a real shell', () => {
  itWith('socat', 'busybox')(
    'runs commands in busybox ash, with echo and line editing in between',
    async () => {
      const console = await cable('EXEC:busybox sh -i,pty,stderr,setsid,ctty,echo=1');
      expect(await runOnConsole(ctx, console, 'echo one; echo two >&2; false')).toEqual({
        exitCode: 1,
        output: 'one\ntwo\n',
      });
      const long = 'x'.repeat(200); // its echo wraps
      expect(await runOnConsole(ctx, console, `echo ${long}`)).toEqual({ exitCode: 0, output: `${long}\n` });
      for (let n = 0; n < 50; n++) {
        expect(await runOnConsole(ctx, console, `(exit ${n})`)).toEqual({ exitCode: n, output: '' });
      }
      const stuck = runOnConsole(ctx, console, 'sleep 600', 30);
      await expect(stuck).rejects.toMatchObject({ code: 'console.not-seen', blame: 'rig' });
    },
  );
});

describe('the console of a real boot loader', () => {
  itWith(
    'socat',
    'qemu-system-x86_64',
    UBOOT,
  )("stops U-Boot's countdown, runs its commands, and does so again after the power was cut", async () => {
    const theirs = join(folder, 'theirs');
    const console = await cable(`PTY,link=${theirs},rawer`);
    const powerOn = (): (() => Promise<void>) => {
      const argv = `-M pc -m 128 -nodefaults -display none -bios ${UBOOT} -chardev serial,id=c,path=${theirs} -serial chardev:c`;
      const { stop } = start('qemu-system-x86_64', argv.split(' '));
      stops.push(stop);
      return stop;
    };
    for (let round = 0; round < 2; round++) {
      const powerOff = powerOn();
      await stopAutoboot(realCtx(), console, 300_000); // it types every 50 ms
      expect(promptAt(console.recent())).toBe('bootloader');
      expect(await runInBootloader(ctx, console, 'version')).toMatch(/^U-Boot 20\d\d\.\d\d/);
      await runInBootloader(ctx, console, `setenv wwanlab round${round}`);
      expect(await runInBootloader(ctx, console, 'printenv wwanlab')).toBe(`wwanlab=round${round}`);
      await powerOff();
    }
  });
});
