import { expect, it } from '@jest/globals';

import type { Cancel, Clock } from '../../../harness/core/clock.ts';
import { loadRigFile } from '../../../harness/lab/rig-file.ts';
import { createVirtualRig } from '../../../harness/lab/virtual-rig.ts';
import { testCtx } from '../../support/ctx.ts';

/** What is armed on a clock and has neither fired nor been cancelled. */
function counted(clock: Clock): { readonly clock: Clock; armed(): number } {
  const armed = new Set<object>();
  const after = (delay: number, f: () => void): Cancel => {
    const timer = {};
    armed.add(timer);
    const cancel = clock.after(delay, () => {
      armed.delete(timer);
      f();
    });
    return () => {
      armed.delete(timer);
      cancel();
    };
  };
  return { clock: { ...clock, after }, armed: () => armed.size };
}

it('a virtual rig that was closed amid its registration has nothing armed, which would keep a process alive', async () => {
  const { ctx } = testCtx();
  const { clock, armed } = counted(ctx.clock);
  const file = loadRigFile('rigs/virtual-mc7455.rig.yaml');
  if (file.kind !== 'virtual') throw new Error('expected a virtual rig');
  const login = { host: '127.0.0.1', port: 22, user: 'root', name: 'guest' };
  const guest = { login, usbSocket: '/nowhere', logSocket: '/nowhere', close: () => Promise.resolve() };
  const rig = createVirtualRig({ ...ctx, clock }, file, guest);
  expect(armed()).toBeGreaterThan(0);
  await rig.close();
  expect(armed()).toBe(0);
});
