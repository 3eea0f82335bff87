import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { explainRig } from '../../../harness/lab/explain.ts';
import { loadRigFile, parseRigFile, type SimRigFile } from '../../../harness/lab/rig-file.ts';
import { projectRoot } from '../../support/sources.ts';
import { temporaryFolders } from '../report/folder.ts';
import { errorOf } from './error-of.ts';

const newFolder = temporaryFolders();

const sim = `kind: sim
title: a test rig
router:
  board: gl-mifi-2.2
  firmware: glinet-2018
modem:
  model: ec25-a
connection:
  apn: internet
`;
const lab = `kind: lab
title: a real one
router:
  host: 192.168.8.1
  hostKey: SHA256:${'a'.repeat(43)}
modem: {model: mc7455}
connection: {apn: internet}
`;

const parse = (text: string): SimRigFile => parseRigFile(text, 'rigs/bad.rig.yaml').file as SimRigFile;
const problemsOf = (text: string): string[] => errorOf(() => parse(text)).message.split('\n');

describe('a rig file', () => {
  it('gets its id from its name, and defaults for what it leaves out', () => {
    expect(parse(sim)).toMatchObject({
      id: 'bad',
      path: 'rigs/bad.rig.yaml',
      planted: false,
      router: { user: 'root' },
      connection: { probeHost: '8.8.8.8' },
      network: { apns: ['internet'] },
      faults: [],
    });
  });

  it.each([
    ['8 s', 8_000],
    ['1.5 min', 90_000],
    ['2h', 7_200_000],
    ['250', 250],
  ])('takes %s for %d ms', (text, ms) => {
    expect(parse(`${sim}faults: [{kind: echo.lost, afterMs: ${text}}]`).faults).toEqual([
      { kind: 'echo.lost', afterMs: ms },
    ]);
  });

  it('can describe a real rig', () => {
    expect(parseRigFile(lab, 'shelf.rig.yaml').file).toMatchObject({
      kind: 'lab',
      id: 'shelf',
      router: { host: '192.168.8.1', agent: false },
    });
  });

  it('may lack the host key of a real router, which tells it when it is met and is refused until then', () => {
    const { file } = parseRigFile(lab.replace(/ {2}hostKey.*\n/, ''), 'shelf.rig.yaml');
    expect(file).not.toHaveProperty('router.hostKey');
  });
});

describe('a wrong rig file', () => {
  it('names place, what was found, what is allowed, and what was meant', () => {
    expect(problemsOf(sim.replace('ec25-a', 'ec25'))).toEqual([
      'rigs/bad.rig.yaml:7:10: modem.model: found "ec25", allowed: mc7455, em7455, em7455-lenovo, dw5811e, em7565, em7565-usbif, aircard-340u, ec25-a (did you mean "ec25-a"?)',
    ]);
  });

  it('tells all its problems at once, in the order of the file', () => {
    const text = `${sim.replace('title', 'titel').replace('glinet-2018', '2018')}faults:
  - kind: echo.los
  - kind: reload.starve
    forMs: 3 parsecs
    probability: 7
`;
    expect(problemsOf(text).map((line) => line.replace(/, allowed:.*$/, ''))).toEqual([
      'rigs/bad.rig.yaml:1:1: title: missing',
      'rigs/bad.rig.yaml:2:1: titel: unknown key',
      'rigs/bad.rig.yaml:5:13: router.firmware: found 2018',
      'rigs/bad.rig.yaml:11:11: faults[0].kind: found "echo.los"',
      'rigs/bad.rig.yaml:13:12: faults[1].forMs: found "3 parsecs"',
      'rigs/bad.rig.yaml:14:18: faults[1].probability: found 7',
    ]);
  });

  it('never repeats a secret', () => {
    const text = sim
      .replace('router:', 'router:\n  password: 4711')
      .replace('ec25-a', 'ec25-a\n  sim: {pin: 4711}');
    const problems = problemsOf(text);
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain('4711');
    expect(problems.join()).toContain('in quotes');
  });

  it.each([
    ['a: 1\na: 2', 'rig-file.syntax', ':2:1: this key stands here a second time'],
    ['a:\n\tb: 1', 'rig-file.syntax', ':2:1: a tab is used for indentation'],
    ['a: 1\n---\nb: 1', 'rig-file.syntax', ':2:1: a second document begins here'],
    ['a: [1, 2', 'rig-file.syntax', ':1:'],
    ['', 'rig-file.empty', ':1:1: the file is empty'],
    ['# nothing but a comment\n', 'rig-file.empty', ':1:1: the file is empty'],
    ['- a\n- b', 'rig-file.invalid', 'the rig file: found a list, allowed: a map with the keys kind'],
    ['hello', 'rig-file.invalid', 'the rig file: found "hello"'],
    [
      'kind: sim\ntitle: { a: 1, b: 2 }',
      'rig-file.invalid',
      'title: found a map with the keys a, b, allowed:',
    ],
    ['kind: cloud', 'rig-file.invalid', ':1:7: kind: found "cloud", allowed: sim, virtual, lab'],
    ['title: x', 'rig-file.invalid', 'kind: missing, allowed: sim, virtual, lab'],
    ['a: *b', 'rig-file.aliases', 'aliases cannot be resolved'],
  ])('%j is refused as %s', (text, code, message) => {
    const error = errorOf(() => parse(text));
    expect(error).toMatchObject({ code, blame: 'test', effect: 'none' });
    expect(error.message).toContain(message);
  });

  it('is refused before aliases can blow it up', () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}]`);
    expect(errorOf(() => parse(`l0: &l0 [x]\n${levels.join('\n')}`)).code).toBe('rig-file.aliases');
  });
});

describe('a file that cannot be a rig file', () => {
  it.each([
    ['missing', 'rig-file.missing', undefined],
    ['binary', 'rig-file.not-text', new Uint8Array([0x7f, 0x45, 0, 1])],
    ['latin-1', 'rig-file.not-text', new Uint8Array([0x61, 0xe4, 0x0a])],
    ['large', 'rig-file.too-big', new Uint8Array(300_000).fill(0x20)],
  ])('%s: %s', (name, code, bytes) => {
    const path = join(newFolder(), `${name}.rig.yaml`);
    if (bytes) writeFileSync(path, bytes);
    const error = errorOf(() => loadRigFile(path));
    expect(error).toMatchObject({ code, blame: 'test' });
    expect(error.message).toContain(path);
  });

  it('a folder', () => {
    const path = join(newFolder(), 'x.rig.yaml');
    mkdirSync(path);
    expect(errorOf(() => loadRigFile(path)).code).toBe('rig-file.directory');
  });
});

describe('explainRig', () => {
  it('gives every value with its line, or as a default, and hides secrets', () => {
    const values = explainRig(
      parseRigFile(sim.replace('router:', "router:\n  password: 'x123'"), 'a.rig.yaml'),
    );
    const byName = Object.fromEntries(values.map(({ name, value, line }) => [name, [value, line]]));
    expect(byName).toMatchObject({
      kind: ['sim', 1],
      'router.password': ['(hidden)', 4],
      'router.user': ['root', undefined],
      'network.apns[0]': ['internet', undefined],
      faults: [[], undefined],
    });
  });
});

describe('the rigs that ship', () => {
  const folder = join(projectRoot, 'rigs');
  const names = readdirSync(folder).filter((name) => name.endsWith('.rig.yaml'));

  it.each(names)('%s is valid and offers completion in editors', (name) => {
    const path = join(folder, name);
    expect(readFileSync(path, 'utf8').split('\n')[0]).toBe('# yaml-language-server: $schema=rig.schema.json');
    expect(loadRigFile(path).planted).toBe(name.startsWith('sim-planted-'));
  });

  it('cross boards and modems, and run every firmware', () => {
    const healthy = names.map((name) => loadRigFile(join(folder, name))).filter(({ planted }) => !planted);
    const sims = healthy.filter((file): file is SimRigFile => file.kind === 'sim');
    expect(sims.map(({ router, modem }) => `${router.board} ${modem.model}`).sort()).toEqual([
      'gl-mifi-2.2 aircard-340u',
      'gl-mifi-2.2 ec25-a',
      'gl-mifi-2.2 mc7455',
      'gl-mifi-2.5 ec25-a',
      'gl-mifi-2.5 mc7455',
    ]);
    expect(new Set(sims.map(({ router }) => router.firmware)).size).toBe(3);
  });
});
