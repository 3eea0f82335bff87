/**
 * `npm run bench`: figures of this machine, now. They are printed, never asserted by a test: a shared machine is noisy.
 * `-- --json` prints [{name, value, unit, target, ok}], `-- --only WORD` measures the groups with this word in their title.
 */
import { benchCli } from './cli.ts';
import { benchConsole } from './console.ts';
import { benchNetwork } from './network.ts';
import { benchSsh } from './ssh.ts';
import type { Figure } from './figure.ts';
import { benchVirtual } from './virtual/main.ts';

const json = process.argv.includes('--json');

/** The groups to measure: all, or those with this word. */
const at = process.argv.indexOf('--only');
const wanted = at < 0 ? '' : (process.argv[at + 1] ?? '').toLowerCase();

const groups: readonly { readonly title: string; readonly run: () => Promise<Figure[]> }[] = [
  { title: 'command line and simulated rigs', run: benchCli },
  { title: 'SSH', run: benchSsh },
  { title: 'the console', run: benchConsole },
  { title: 'the emulated network', run: benchNetwork },
  { title: 'the virtual rig', run: benchVirtual },
];

const figures: Figure[] = [];
for (const { title, run } of groups.filter(({ title }) => title.toLowerCase().includes(wanted))) {
  process.stderr.write(`measuring ${title} …\n`);
  figures.push(...(await run()));
}

if (json) {
  process.stdout.write(JSON.stringify(figures, undefined, 2) + '\n');
} else {
  for (const { name, value, unit, target, more, ok } of figures) {
    const goal =
      target === undefined ? '' : `  ${more ? 'at least' : 'at most'} ${target}  ${ok ? 'met' : 'MISSED'}`;
    process.stdout.write(`${name.padEnd(62)} ${String(value).padStart(9)} ${unit.padEnd(6)}${goal}\n`);
  }
}
