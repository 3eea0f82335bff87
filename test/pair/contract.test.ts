import { describe, expect, it } from '@jest/globals';

import { openRig } from '../../harness/lab/open-rig.ts';
import { openRigIn } from '../../harness/lab/open-virtual.ts';
import type { VirtualRigFile } from '../../harness/lab/rig-file.ts';
import type { Guest } from '../../harness/virtual/guest.ts';
import { testCtx } from '../support/ctx.ts';
import { itInGuest, sharedGuest } from '../support/guest.ts';
import { rigFor } from '../support/mishaps.ts';
import { realCtx } from '../support/real-ctx.ts';
import { compare, type Difference } from './contract/compare.ts';
import { knownDifferences } from './contract/known-differences.ts';
import { observe, type ContractMode } from './contract/observe.ts';
import type { Observed } from './contract/plain.ts';

/** Which modem is looked at, and the modes that it dials in. */
interface Part {
  readonly model: string;
  readonly modes: readonly ContractMode[];
}

/**
 * WWANLAB_CONTRACT=all: in every mode, and an EC25 over ECM, which a Sierra modem lacks (=ecm: that alone). A dial over
 * QMI or MBIM is dozens of programs in a guest without KVM.
 */
const parts: readonly Part[] = ((): readonly Part[] => {
  const ecm: Part = { model: 'ec25-a', modes: ['ecm'] };
  switch (process.env['WWANLAB_CONTRACT']) {
    case 'all':
      return [{ model: 'mc7455', modes: ['ppp', 'qmi', 'mbim'] }, ecm];
    case 'ecm':
      return [ecm];
    default:
      return [{ model: 'mc7455', modes: ['ppp'] }];
  }
})();

const rig = { title: 'a rig that is well' };

function onSim({ model, modes }: Part): Promise<Observed> {
  return testCtx().drive(async (ctx) => {
    const opened = await openRig(ctx, rigFor('sim', rig, model));
    try {
      return await observe(ctx, opened, modes);
    } finally {
      await opened.close();
    }
  });
}

async function onVirtual(guest: Guest, { model, modes }: Part): Promise<Observed> {
  const ctx = realCtx();
  const opened = await openRigIn(ctx, rigFor('virtual', rig, model) as VirtualRigFile, guest);
  try {
    return await observe(ctx, opened, modes);
  } finally {
    await opened.close();
  }
}

const shown = ({ at, sim, virtual }: Difference): string =>
  `${at}\n  sim:     ${JSON.stringify(sim)}\n  virtual: ${JSON.stringify(virtual)}`;

describe('one contract on two rigs', () => {
  const guest = sharedGuest();
  itInGuest(
    'the simulated and the virtual rig differ in what is written down with its reason, and in nothing else',
    async () => {
      for (const part of parts) {
        const { modes } = part;
        const differences = compare(await onSim(part), await onVirtual(guest(), part));
        const unknown = differences.filter(({ at }) => !knownDifferences.some((known) => known.at.test(at)));
        expect(unknown.map(shown).join('\n')).toBe('');
        const tried = knownDifferences.filter(({ mode }) => mode === undefined || modes.includes(mode));
        const gone = tried.filter((known) => !differences.some(({ at }) => known.at.test(at)));
        expect(gone.map(({ at, reason }) => `${String(at)}: ${reason}`)).toEqual([]);
      }
    },
  );
});

describe('a comparison', () => {
  it('tells values, lists, and what only one of both has', () => {
    const sim = { a: { up: true, list: ['x', 'y'] }, b: 1 };
    const virtual = { a: { up: false, list: ['x'] }, b: 1, c: {} };
    expect(compare(sim, virtual)).toEqual([
      { at: 'a.up', sim: true, virtual: false },
      { at: 'a.list.1', sim: 'y', virtual: undefined },
      { at: 'c', sim: undefined, virtual: '{}' },
    ]);
  });

  it('tells lines that one said more often, and for each program whether the order is another', () => {
    const sim = { log: ['d.n netifd: a', 'd.n netifd: wwan (N): 1', 'd.n netifd: b', 'd.i pppd[N]: x'] };
    const virtual = { log: ['d.n netifd: b', 'd.n netifd: a', 'd.n netifd: wwan (N): 1', 'd.i pppd[N]: y'] };
    expect(compare(sim, virtual).map(({ at }) => at)).toEqual([
      'log: d.i pppd[N]: x',
      'log: d.i pppd[N]: y',
      'log, order of netifd',
    ]);
  });
});
