import { formatMs, type Ms } from '../core/units.ts';
import type { Finding } from './verdict.ts';
import { count } from './words.ts';

/** A change of mode as it was seen. */
export interface SeenSwap {
  readonly from: string | undefined;
  readonly to: string;
  readonly restarted: boolean;
  readonly tookMs: Ms;
  readonly interfaces: readonly { readonly ok: boolean; readonly text: string }[];
}

/** Passes when after each change every interface had its driver and its nodes. */
export function judgeSwaps(swaps: readonly SeenSwap[]): Finding {
  if (swaps.length === 0) return { outcome: 'inconclusive', message: 'the mode was never changed' };
  for (const [index, { from, to, interfaces }] of swaps.entries()) {
    const wrong = interfaces.filter(({ ok }) => !ok);
    if (interfaces.length > 0 && wrong.length === 0) continue;
    const seen = wrong.map(({ text }) => text).join('; ') || 'no interface was looked at';
    return {
      outcome: 'fail',
      message: `change ${index + 1}, from ${from ?? 'another mode'} to ${to}: ${seen}`,
      rung: 'S2',
      blame: 'dut',
      code: 'mode.not-reached',
      hint: 'dmesg and /sys/kernel/debug/usb/devices on the router: which driver took which interface?',
    };
  }
  const restarts = swaps.filter(({ restarted }) => restarted).map(({ tookMs }) => tookMs);
  const slowest = Math.max(0, ...restarts);
  return {
    outcome: 'pass',
    message:
      `${count(swaps.length, 'change')} of mode, each with all drivers and nodes; ` +
      `${count(restarts.length, 'restart')}, the slowest ${formatMs(slowest)}`,
    measures: [{ name: 'slowest change of mode', value: slowest / 1_000, unit: 's' }],
  };
}
