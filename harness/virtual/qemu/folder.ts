import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { messageOf } from '../../core/errors.ts';
import { virtualError } from '../errors.ts';

const NAME = /^wwanlab-guest-(\d+)-/;

/** The longest path that a unix socket can have is 107 octets (sun_path), and a socket's name follows. */
const LONGEST = 107 - '/on/control.sock'.length;

/** Characters of its name. */
const ROOM = '/wwanlab-guest-1234567-ABCDEF'.length;

/** A new folder that only we can enter, named by our process, for one machine's sockets and its drives. */
export function createMachineFolder(): string {
  const base = [tmpdir(), '/tmp'].find((path) => path.length + ROOM <= LONGEST && existsSync(path)) ?? '/tmp';
  sweep(base);
  try {
    return mkdtempSync(join(base, `wwanlab-guest-${process.pid}-`));
  } catch (error) {
    throw virtualError(
      'no-folder',
      `no folder can be made for the virtual machine: ${messageOf(error)}`,
      'set TMPDIR to a folder that you can write to',
      { cause: error },
    );
  }
}

/** Removes what a power cut left: folders of processes that are no more. Else the supervisor has removed them. */
function sweep(base: string): void {
  for (const name of readdirSync(base)) {
    const owner = NAME.exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    rmSync(join(base, name), { recursive: true, force: true });
  }
}

/** Is there a process of this number? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
