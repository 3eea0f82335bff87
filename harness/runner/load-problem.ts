import { basename } from 'node:path';

/** What a compiler and a stack say of a place: `[/a/b.ts:1:2]`, `(/a/b.ts:1:2)`, `at /a/b.ts:1:2`. */
const PLACE = /[[( ](\/[^\s()[\]]+:\d+:\d+)/g;

/** Why a suite file can't be loaded, with the place of its own or of what it imports: `x.suite.ts:4:1: foo is not defined`. */
export function loadProblem(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return JSON.stringify(error);
  const message = String(error.message);
  const stack = 'stack' in error ? String(error.stack) : '';
  const places = Array.from(`${message}\n${stack}`.matchAll(PLACE), ([, place = '']) => place);
  const own = places.find((place) => !place.includes('/node_modules/'));
  // swc marks its complaint with a cross.
  const first = message.split('\n').find((line) => line.trim() !== '') ?? message;
  const text = first.replace(/^\s*(?:[x×] )?/, '');
  return own === undefined ? text : `${basename(own)}: ${text}`;
}
