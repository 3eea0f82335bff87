import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The overlay tree of the guest. */
export const guestRoot = join(import.meta.dirname, '../../../../harness/virtual/guest/root');

/** The guest's own interpreter of its scripts; tests of them are skipped where it is missing. */
export const hasBusybox = existsSync('/bin/busybox');

export interface Printed {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An awk program of the guest under busybox. */
export function awk(program: string, options: readonly string[], input = '', env = {}): Printed {
  const args = ['awk', '-f', join(guestRoot, program), ...options];
  const { status, stdout, stderr } = spawnSync('/bin/busybox', args, {
    input,
    encoding: 'utf8',
    env: { PATH: '/bin:/usr/bin', ...env },
  });
  return { status, stdout, stderr };
}

/** A shell script's text under the shell of the guest. */
export function shell(script: string): Printed {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** uci over configuration files of its own. */
export function createUci(files: Readonly<Record<string, string>>): (...words: string[]) => Printed {
  const config = mkdtempSync(join(tmpdir(), 'uci-config-'));
  const saved = mkdtempSync(join(tmpdir(), 'uci-saved-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(config, name), text);
  return (...words) =>
    awk('lib/uci/uci.awk', ['--', ...words], '', { UCI_CONFIG_DIR: config, UCI_SAVE_DIR: saved });
}
