import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { projectRoot } from '../support/sources.ts';
import { layers } from './layers.ts';

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

function trackedFiles(): string[] {
  const out = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  return out.split('\n').filter((path) => path !== '');
}

describe('the house', () => {
  it('has only the rooms that it should have', () => {
    const allowed =
      /^(?:harness|suites|rigs|reports|test|\.ci)\/|^(?:package(?:-lock)?\.json|tsconfig\.json|README\.md|ARCHITECTURE\.md|CHANGELOG\.md|LICENSE|\.[a-z]+(?:rc|ignore)(?:\.json)?)$/;
    expect(trackedFiles().filter((path) => !allowed.test(path))).toEqual([]);
  });

  it('leaves only its README in reports/', () => {
    expect(trackedFiles().filter((path) => path.startsWith('reports/'))).toEqual(['reports/README.md']);
  });

  it('says in the README what CI runs and what users type', () => {
    const readme = read('README.md');
    expect(readme).toContain('npm ci && npm start');
    expect(readme).toContain('npm ci && npm test');
    expect(read('.ci/run')).toMatch(/^\s*npm ci && npm test/m);
  });

  it('describes every layer of the import table in ARCHITECTURE.md', () => {
    const architecture = read('ARCHITECTURE.md');
    expect(Object.keys(layers).filter((layer) => !architecture.includes(`${layer}/`))).toEqual([]);
  });

  it('gives a reason for every dependency in ARCHITECTURE.md', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, object>;
    const architecture = read('ARCHITECTURE.md');
    const names = [...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})];
    expect(names.filter((name) => !architecture.includes(`\`${name}\``))).toEqual([]);
  });

  it('pins every dependency exactly', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, object>;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)),
    );
    expect(loose).toEqual([]);
  });

  it('stands alone', () => {
    const outside = trackedFiles()
      .filter((path) => /\.(?:ts|js|json|md|yaml)$/.test(path) && path !== 'test/tidy/house.test.ts')
      .filter((path) => /\.\.\/shared\b|\/work\/|\/root\//.test(read(path)));
    expect(outside).toEqual([]);
  });
});
