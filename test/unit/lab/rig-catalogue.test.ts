import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { findRig, listRigs, nameOf } from '../../../harness/lab/rig-catalogue.ts';
import { temporaryFolders } from '../report/folder.ts';
import { errorOf } from './error-of.ts';

const newFolder = temporaryFolders();

function folderWith(...names: readonly string[]): string {
  const folder = newFolder();
  for (const name of names) writeFileSync(join(folder, name), '');
  return folder;
}

describe('the catalogue of rigs', () => {
  it('lists the rig files of the first folder that has any', () => {
    const [empty, own, shipped] = [
      newFolder(),
      folderWith('b.rig.yaml', 'a.rig.yaml', 'x.yaml'),
      folderWith('c.rig.yaml'),
    ];
    expect(listRigs([join(empty, 'none'), empty, own, shipped]).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('finds a rig by its id in any folder, the first one winning', () => {
    const [own, shipped] = [folderWith('a.rig.yaml'), folderWith('a.rig.yaml', 'b.rig.yaml')];
    expect(findRig('a', [own, shipped]).path).toBe(join(own, 'a.rig.yaml'));
    expect(findRig('b', [own, shipped]).path).toBe(join(shipped, 'b.rig.yaml'));
  });

  it('takes a path, whether there is such a file or not', () => {
    expect(findRig('/nowhere/shelf-3.rig.yaml', [])).toEqual({
      id: 'shelf-3',
      path: '/nowhere/shelf-3.rig.yaml',
    });
  });

  it('names a rig by what it is found by: the path where its id finds another one or none', () => {
    const folders = [folderWith('a.rig.yaml'), folderWith('a.rig.yaml', 'b.rig.yaml')];
    const named = [...listRigs(folders), ...listRigs(folders.slice(1)), findRig('/nowhere/c.rig.yaml', [])];
    const names = named.map((rig) => nameOf(rig, folders));
    expect(names).toEqual(['a', expect.stringMatching(/\/a\.rig\.yaml$/), 'b', '/nowhere/c.rig.yaml']);
    for (const [at, name] of names.entries()) expect(findRig(name, folders)).toEqual(named[at]);
  });

  it('gives a name as a shell takes it', () => {
    expect(nameOf({ id: "my rig's", path: "/a/my rig's.rig.yaml" }, [])).toBe(`'/a/my rig'\\''s.rig.yaml'`);
  });

  it('says which rigs there are, and which was probably meant', () => {
    const error = errorOf(() =>
      findRig('sim-mc7544', [folderWith('sim-mc7455.rig.yaml', 'sim-ec25.rig.yaml')]),
    );
    expect(error).toMatchObject({ code: 'usage.unknown-rig', data: { known: ['sim-ec25', 'sim-mc7455'] } });
    expect(error.message).toBe('there is no rig "sim-mc7544" (did you mean "sim-mc7455"?)');
    expect(error.hint).toContain('sim-ec25, sim-mc7455');
  });
});
