import { EventEmitter } from 'node:events';

import { describe, expect, it } from '@jest/globals';

import { watchInterrupts } from '../../../harness/cli/interrupt.ts';

describe('interrupts', () => {
  it('stop gracefully first, and at once if somebody insists', () => {
    const target = new EventEmitter();
    const interrupt = watchInterrupts(target);
    const calls: boolean[] = [];
    interrupt.onRequest((again) => calls.push(again));
    expect(interrupt.requested).toBe(false);
    target.emit('SIGINT');
    target.emit('SIGTERM');
    expect([interrupt.requested, calls]).toEqual([true, [false, true]]);
  });

  it('reach whoever starts to listen after they came', () => {
    const target = new EventEmitter();
    const interrupt = watchInterrupts(target);
    target.emit('SIGINT');
    const calls: boolean[] = [];
    interrupt.onRequest((again) => calls.push(again));
    expect(calls).toEqual([false]);
  });

  it('leave nothing behind', () => {
    const target = new EventEmitter();
    watchInterrupts(target).dispose();
    expect(target.eventNames()).toEqual([]);
  });
});
