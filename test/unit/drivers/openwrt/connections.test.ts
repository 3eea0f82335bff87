import { describe, expect, it } from '@jest/globals';

import { createLazyConnection } from '../../../../harness/drivers/openwrt/connections.ts';
import type { SshConnection } from '../../../../harness/transport/ssh.ts';
import { testCtx } from '../../../support/ctx.ts';

function connection(): SshConnection & { closed: boolean } {
  const made = {
    name: 'router',
    closed: false,
    get alive() {
      return !made.closed;
    },
    exec: () => Promise.reject(new Error('unused')),
    run: () => Promise.reject(new Error('unused')),
    stream: () => Promise.reject(new Error('unused')),
    close: async () => void (made.closed = true),
  };
  return made;
}

describe('a connection that is made when it is wanted', () => {
  it('is made once, and anew when it was lost', async () => {
    const made: (SshConnection & { closed: boolean })[] = [];
    const lazy = createLazyConnection(async () => {
      const one = connection();
      made.push(one);
      return one;
    });
    await testCtx().drive(async (ctx) => {
      expect(await lazy.get(ctx)).toBe(await lazy.get(ctx));
      await made[0]?.close();
      await lazy.get(ctx);
    });
    expect(made.map(({ closed }) => closed)).toEqual([true, false]);
    await lazy.close();
    expect(made.map(({ closed }) => closed)).toEqual([true, true]);
  });

  it('does not outlive the router that was closed while it was made', async () => {
    const late = connection();
    const lazy = createLazyConnection(async (ctx) => {
      await ctx.clock.sleep(1_000);
      return late;
    });
    await testCtx().drive(async (ctx) => {
      const asked = lazy.get(ctx);
      await lazy.close();
      expect(await asked).toMatchObject({ alive: false });
    });
    expect(late.closed).toBe(true);
  });
});
