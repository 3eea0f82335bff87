import { describe, expect, it } from '@jest/globals';

import { isInZone, joinWanZone } from '../../../harness/procedures/firewall-zone.ts';
import type { UciChanges, UciSection, UciValue } from '../../../harness/rig/uci.ts';
import { testCtx } from '../../support/ctx.ts';
import { fakeRouter } from '../../support/fake-router.ts';

const { ctx } = testCtx();

const zone = (index: number, options: Record<string, UciValue>): UciSection => ({
  path: `@zone[${index}]`,
  type: 'zone',
  options,
});
const lan = zone(0, { name: 'lan', network: ['lan'] });

function routerWith(sections: readonly UciSection[] | undefined) {
  const done: (UciChanges | string)[] = [];
  const router = fakeRouter({
    uciSections: () => Promise.resolve(sections),
    uciSet: (_ctx, changes) => Promise.resolve(void done.push(changes)),
    reloadFirewall: () => Promise.resolve(void done.push('reload')),
  });
  return { router, done };
}

describe('the zone of an interface', () => {
  it.each<[string, readonly UciSection[] | undefined, boolean | undefined]>([
    ['is found in a list', [lan, zone(1, { name: 'wan', network: ['wan', 'wwan'] })], true],
    ['is found in an option of before 21.02', [lan, zone(1, { name: 'wan', network: 'wan wwan' })], true],
    ['is missing', [lan, zone(1, { name: 'wan', network: ['wan', 'wan6'] })], false],
    ['is unknown where zones name devices', [lan, zone(1, { name: 'out', device: 'wwan0' })], undefined],
    ['is unknown without a firewall', undefined, undefined],
  ])('%s', async (_what, sections, expected) => {
    expect(await isInZone(ctx, routerWith(sections).router, 'wwan')).toBe(expected);
  });

  it('is joined where the interface is in none', async () => {
    const { router, done } = routerWith([lan, zone(1, { name: 'wan', network: 'wan wan6' })]);
    await joinWanZone(ctx, router, 'wwan');
    expect(done).toEqual([{ 'firewall.@zone[1].network': ['wan', 'wan6', 'wwan'] }, 'reload']);
    const there = routerWith([zone(0, { name: 'wan', network: ['wwan'] })]);
    await joinWanZone(ctx, there.router, 'wwan');
    const bare = routerWith([lan]);
    await joinWanZone(ctx, bare.router, 'wwan');
    expect([...there.done, ...bare.done]).toEqual([]);
  });
});
