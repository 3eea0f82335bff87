import { renameSync, statSync, writeFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

import { HarnessError, messageOf } from '../core/errors.ts';
import { shownPath } from './places.ts';
import { readText } from './read-text.ts';

/**
 * Writes another host key into a rig file; everything else, comments and quotes too, stays as somebody wrote it. The file
 * is replaced as a whole.
 * @throws HarnessError `rig-file.…` where it can't be read or written, with the line to write by hand
 */
export function pinHostKey(path: string, hostKey: string): void {
  const before = readText(path, 'rig-file', 'a rig file');
  const document = parseDocument(before, { keepSourceTokens: true });
  const node = document.getIn(['router', 'hostKey'], true) as
    { readonly range?: readonly [number, number, number] } | undefined;
  // Where it stands already, only its characters are exchanged: printing the document anew would fold and align it.
  let after: string;
  if (node?.range) {
    const [start, end] = node.range;
    after = `${before.slice(0, start)}'${hostKey}'${before.slice(end)}`;
  } else {
    document.setIn(['router', 'hostKey'], hostKey);
    after = document.toString({ lineWidth: 0 });
  }
  const fresh = `${path}.${process.pid}`;
  try {
    writeFileSync(fresh, after, { mode: statSync(path).mode });
    renameSync(fresh, path);
  } catch (error) {
    throw new HarnessError(`${shownPath(path)} can't be written: ${messageOf(error)}`, {
      code: 'rig-file.unwritable',
      blame: 'rig',
      effect: 'none',
      hint: `write it by hand, below router: hostKey: '${hostKey}'`,
      cause: error,
    });
  }
}
