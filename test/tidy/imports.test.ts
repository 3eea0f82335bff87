import { describe, expect, it } from '@jest/globals';

import { importsOf, sourcesBelow } from '../support/sources.ts';
import { layers } from './layers.ts';

const harness = sourcesBelow('harness');

function layerOf(path: string): string {
  return path.split('/')[1] as string;
}

describe('the import table', () => {
  it('knows every folder of harness/', () => {
    const folders = new Set(harness.map((file) => layerOf(file.path)));
    expect([...folders].filter((folder) => !(folder in layers))).toEqual([]);
  });

  it('is kept by every import in harness/', () => {
    const broken = harness.flatMap((file) => {
      const from = layerOf(file.path);
      const allowed = [from, ...(layers[from] ?? [])];
      return importsOf(file)
        .filter((target) => !target.startsWith('harness/') || !allowed.includes(layerOf(target)))
        .map((target) => `${file.path} imports ${target}; ${from} may import ${allowed.join(', ')}`);
    });
    expect(broken).toEqual([]);
  });

  it('keeps IO out of core, verdict and diagnosis', () => {
    const pure = harness.filter((file) => ['core', 'verdict', 'diagnosis'].includes(layerOf(file.path)));
    expect(pure.length).toBeGreaterThan(10);
    expect(pure.filter((file) => /from 'node:(?!util)/.test(file.text)).map((file) => file.path)).toEqual([]);
  });

  it('gives suites one door', () => {
    const suites = sourcesBelow('suites');
    expect(suites.length).toBeGreaterThan(0);
    const others = suites.flatMap((file) =>
      [...file.text.matchAll(/from '([^']+)'/g)]
        .map((match) => match[1] as string)
        .filter((specifier) => !/^(?:\.\.\/)+harness\/runner\/index\.ts$/.test(specifier))
        .map((specifier) => `${file.path} imports ${specifier}`),
    );
    expect(others).toEqual([]);
  });

  it('has no cycles, type-only imports included', () => {
    const graph = new Map(harness.map((file) => [file.path, importsOf(file)]));
    expect(findCycle(graph)).toEqual([]);
  });

  it('would see a forbidden import', () => {
    const planted = { path: 'harness/sim/x.ts', text: "import { a } from '../drivers/openwrt/a.ts';" };
    expect(importsOf(planted)).toEqual(['harness/drivers/openwrt/a.ts']);
    expect(layers.sim).not.toContain('drivers');
  });
});

/** The first cycle found, as a path that ends where it began. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return [];
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(node);
    return [];
  };
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
