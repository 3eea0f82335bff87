import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What tar itself makes of members of these lengths. */
export function tar(members: Readonly<Record<string, number>>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'wwanlab-tar-'));
  try {
    for (const [name, length] of Object.entries(members)) {
      mkdirSync(join(folder, dirname(name)), { recursive: true });
      writeFileSync(join(folder, name), Buffer.alloc(length, 0x55));
    }
    return execFileSync('tar', ['-c', '--format=ustar', '-b', '1', '-C', folder, ...Object.keys(members)]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
