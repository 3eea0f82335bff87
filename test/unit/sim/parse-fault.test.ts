import { describe, expect, it } from '@jest/globals';

import { isHarnessError } from '../../../harness/core/errors.ts';
import { faultKinds, parseFault } from '../../../harness/sim/parse-fault.ts';

describe('a fault as a person types it', () => {
  it.each([
    ['sim.remove', { kind: 'sim.remove' }],
    ['bearer.drop', { kind: 'bearer.drop' }],
    ['  bearer.drop   36 ', { kind: 'bearer.drop', cause: 36 }],
    ['usb.disconnect 5s', { kind: 'usb.disconnect', forMs: 5_000 }],
    ['registration.deny 15 2min', { kind: 'registration.deny', emmCause: 15, forMs: 120_000 }],
    ['crash boot-loader', { kind: 'crash', into: 'boot-loader' }],
    ['stall 1.5s', { kind: 'stall', forMs: 1_500 }],
    ['latency 200ms 1h', { kind: 'latency', ms: 200, forMs: 3_600_000 }],
    ['loss 5%', { kind: 'loss', probability: 0.05 }],
    ['loss 1 10s', { kind: 'loss', probability: 1, forMs: 10_000 }],
    ['sim.remove after 5s', { kind: 'sim.remove', when: { afterMs: 5_000 } }],
    [
      'cell.lost 10s after 1min of usb.host jitter 2s',
      { kind: 'cell.lost', forMs: 10_000, when: { afterMs: 60_000, event: 'usb.host', jitterMs: 2_000 } },
    ],
  ])('%s', (text, fault) => expect(parseFault(text)).toEqual(fault));

  it.each([
    ['', 'there is no fault ""', 'sim.remove'],
    ['toString', 'there is no fault "toString"', 'bearer.drop'],
    ['usb.disconnect', 'how long it is gone is missing', 'usb.disconnect TIME'],
    ['usb.disconnect 5', 'found "5" where a time belongs', '500ms, 5s, 2min or 1h'],
    ['registration.deny 256', 'found "256" where an EMM cause', 'CAUSE [TIME]'],
    ['loss 101%', 'found "101%" where a share', '0.05 or 5%'],
    ['crash hard', 'found "hard" where boot-loader belongs', 'crash [boot-loader]'],
    ['stall after', 'how long after is missing', '[after TIME'],
    ['stall after soon', 'found "soon" where a time belongs', '[after TIME'],
    ['stall after 1s of berer.up', 'found "berer.up" where an EVENT belongs', 'usb.attached, '],
    ['stall after 1s after 2s', 'found "after" where nothing more belongs', '[of EVENT]'],
    ['sim.remove now', 'found "now" where nothing more belongs', 'sim.remove [after'],
  ])('"%s" is refused with a lesson', (text, message, hint) => {
    const thrown = (): unknown => {
      try {
        return parseFault(text);
      } catch (error) {
        return error;
      }
    };
    const error = thrown();
    expect(isHarnessError(error) && error.code).toBe('fault.unreadable');
    expect(error).toMatchObject({ blame: 'test', effect: 'none' });
    expect((error as Error).message).toContain(message);
    expect((error as { hint: string }).hint).toContain(hint);
  });

  it('each kind has a line of help', () => {
    for (const form of Object.values(faultKinds)) expect(form.about).toMatch(/^\S.{10,}/);
  });
});
