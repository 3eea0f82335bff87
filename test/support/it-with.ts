import { it } from '@jest/globals';
import { has } from './has.ts';

/** `it` where all of these programs are installed; elsewhere the test is skipped, and its title says what is missing. */
export function itWith(
  ...programs: string[]
): (title: string, body: () => Promise<void>, limit?: number) => void {
  const missing = programs.filter((program) => !has(program));
  const skipped = it.skip;
  return missing.length === 0
    ? (title, body, limit) => it(title, body, limit)
    : (title, body) => skipped(`${title} (skipped: needs ${missing.join(', ')})`, body);
}
