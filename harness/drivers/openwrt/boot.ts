import type { Boot } from '../../rig/router.ts';
import { unexpectedOutput } from './errors.ts';

export const bootCommand = 'cat /proc/sys/kernel/random/boot_id /proc/uptime';

/** Reads the output of `bootCommand`. Source: Linux random.rst, proc(5) uptime. */
export function parseBoot(text: string): Boot {
  const found = /^([0-9a-f-]{36})\n(\d+(?:\.\d+)?) /.exec(text);
  if (!found) throw unexpectedOutput(bootCommand, text, 'a boot id and an uptime');
  return { bootId: found[1] as string, uptimeMs: Math.round(Number(found[2]) * 1_000) };
}
