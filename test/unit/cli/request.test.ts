import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { checkParameters } from '../../../harness/cli/list-suites.ts';
import { readRequest } from '../../../harness/cli/request.ts';
import { findSuites, listSuites } from '../../../harness/cli/suites.ts';
import { errorOf } from '../lab/error-of.ts';
import { temporaryFolders } from '../report/folder.ts';
import { argumentsOf } from './io.ts';

const newFolder = temporaryFolders();
const request = (options: Readonly<Record<string, readonly string[]>>) =>
  readRequest(argumentsOf([], options));

describe('what run is asked for', () => {
  it('is all suites on all rigs that were not broken on purpose, seed 1, once', () => {
    const { rigs, suites, ...rest } = request({});
    expect(rigs.map(({ id }) => id)).toEqual([
      'sim-mifi22-aircard-340u',
      'sim-mifi22-ec25',
      'sim-mifi22-mc7455',
      'sim-mifi25-ec25',
      'sim-mifi25-mc7455',
    ]);
    expect(suites.map(({ id }) => id)).toEqual([
      'connect/ecm',
      'connect/mbim',
      'connect/ppp',
      'connect/qmi',
      'mode/swap',
      'rescue/ladder',
      'stability/firewall-reload',
      'stability/soak',
    ]);
    expect(rest).toMatchObject({ seed: '1', repeat: 1, set: {} });
  });

  it('is what was named, each once, planted rigs too', () => {
    const { rigs } = request({ rig: ['sim-planted-wrong-apn', 'rigs/sim-planted-wrong-apn.rig.yaml'] });
    expect(rigs.map(({ id }) => id)).toEqual(['sim-planted-wrong-apn']);
  });

  it.each([
    [{ seed: ['-1'] }, 'usage.seed'],
    [{ seed: ['1e3'] }, 'usage.seed'],
    [{ repeat: ['0'] }, 'usage.repeat'],
    [{ set: ['soak.hours'] }, 'usage.set'],
    [{ set: ['=1'] }, 'usage.set'],
    [{ rig: ['sim-mifi23-ec25'] }, 'usage.unknown-rig'],
    [{ suite: ['connect/pp'] }, 'usage.unknown-suite'],
    [{ suite: ['connec/'] }, 'usage.unknown-suite'],
    [{ suite: ['rigs'] }, 'usage.not-a-suite'],
    [{ suite: ['package.json'] }, 'usage.not-a-suite'],
    [{ rig: ['nowhere/x.rig.yaml'] }, 'rig-file.missing'],
  ])('%j is refused with %s', (options, code) => {
    expect(errorOf(() => request(options)).code).toBe(code);
  });
});

describe('suites', () => {
  it('of another repository are taken by their path', () => {
    const folder = join(newFolder(), 'suites', 'mine');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'roaming.suite.ts');
    writeFileSync(path, '');
    expect(findSuites(path)).toEqual([{ id: 'mine/roaming', path: realpathSync(path) }]);
    expect(findSuites(folder)).toEqual(findSuites(path));
    mkdirSync(join(folder, 'node_modules/x'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/x/theirs.suite.ts'), '');
    expect(listSuites(join(folder, '..'))).toEqual([{ id: 'mine/roaming', path: realpathSync(path) }]);
  });

  it.each(['connect', 'connect/', 'suites/connect'])('of the folder %s are all meant by its name', (name) => {
    const { suites } = request({ suite: [name, 'connect/qmi'] });
    expect(suites.map(({ id }) => id)).toEqual(['connect/ecm', 'connect/mbim', 'connect/ppp', 'connect/qmi']);
  });

  it('outside any folder of suites are called by their bare name', () => {
    const path = join(newFolder(), 'roaming.suite.ts');
    writeFileSync(path, '');
    expect(findSuites(path, [])).toMatchObject([{ id: 'roaming' }]);
  });
});

describe('parameters', () => {
  const hours = { name: 'soak.hours', about: 'how long', default: 1, unit: 'h', min: 0.01, max: 100 };
  const declarations = [{ suite: 'stability/soak', title: 'holds', requires: [], parameters: [hours] }];

  it('must belong to a suite of the run and be in range', () => {
    expect(() => checkParameters({ 'soak.hours': '24' }, declarations)).not.toThrow();
    expect(errorOf(() => checkParameters({ 'soak.hour': '24' }, declarations))).toMatchObject({
      code: 'usage.unknown-parameter',
      message: 'no suite of this run has the parameter "soak.hour" (did you mean "soak.hours"?)',
    });
    expect(errorOf(() => checkParameters({ 'soak.hours': '101' }, declarations))).toMatchObject({
      code: 'usage.parameter',
      message: '--set soak.hours: found 101, allowed: a number from 0.01 to 100 (h)',
    });
  });
});
