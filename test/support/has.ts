import { execFileSync } from 'node:child_process';

/** Is this program installed? `root` asks for root's rights instead. */
export function has(program: string): boolean {
  if (program === 'root') return process.getuid?.() === 0;
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore', env: toolEnvironment() });
    return true;
  } catch {
    return false;
  }
}

/** Servers live in sbin, which a plain user's PATH lacks. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
}
