import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { makeFolders, userFolder } from '../../../harness/local/folders.ts';
import { thisUser } from '../../../harness/local/user.ts';
import { temporaryFolders } from '../report/folder.ts';

const newFolder = temporaryFolders();

describe("a user's folder", () => {
  it.each([
    [{ XDG_STATE_HOME: '/x', HOME: '/home/a' }, '/x/wwanlab'],
    [{ HOME: '/home/a' }, '/home/a/.local/state/wwanlab'],
    [{ XDG_STATE_HOME: '', HOME: '/home/a' }, '/home/a/.local/state/wwanlab'],
    [{ XDG_STATE_HOME: 'state', HOME: '/home/a' }, '/home/a/.local/state/wwanlab'],
    [{ HOME: '' }, join(thisUser({}).home, '.local/state/wwanlab')],
  ])('with %j is %s', (environment, expected) => {
    expect(userFolder('XDG_STATE_HOME', environment)).toBe(expected);
    expect(expected).toMatch(/^\//);
  });
});

describe('folders', () => {
  it('are made with those above them, and may be there', () => {
    const path = join(newFolder(), 'a/b/c');
    makeFolders(path);
    makeFolders(path);
    expect(existsSync(path)).toBe(true);
  });

  it('that can not be made are an error at once, below /proc too', () => {
    expect(() => makeFolders('/proc/wwanlab/state')).toThrow(/ENOENT/);
  });
});
