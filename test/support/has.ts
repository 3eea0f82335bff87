import { execFileSync } from 'node:child_process';

/**
 * Is this program installed, or this file there? `mount namespace` asks for the right to make one instead: root has it, but not in every
 * container.
 */
export function has(program: string): boolean {
  const isFile = program.startsWith('/');
  const look =
    program === 'mount namespace'
      ? 'unshare --mount true'
      : isFile
        ? `test -e ${program}`
        : `command -v ${program}`;
  try {
    execFileSync('sh', ['-c', look], { stdio: 'ignore', env: toolEnvironment() });
    return true;
  } catch {
    return false;
  }
}

/** Servers live in sbin, which a plain user's PATH lacks. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
}
