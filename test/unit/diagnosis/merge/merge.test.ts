import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { TimelineEvent } from '../../../../harness/core/timeline.ts';
import { diagnoseTimeline, mergeLogs } from '../../../../harness/diagnosis/index.ts';
import { renderMergedLog } from '../../../../harness/report/merged-log.ts';
import { timelineOf, truthIn, type Truth, type World } from './truth.ts';

const delay = fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined });
const truth: fc.Arbitrary<Omit<Truth, 'at'>> = fc.record({
  kernel: fc.boolean(),
  logread: delay,
  syslog: delay,
  console: delay,
});
const world: fc.Arbitrary<World> = fc.record({
  boot: fc.integer({ min: -900_000, max: -1_000 }),
  offset: fc.integer({ min: 1.6e12, max: 1.8e12 }),
  trip: fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 })),
});

/** Within one way the order is that of the router: a later line does not overtake. */
function inOrder(steps: readonly (readonly [number, Omit<Truth, 'at'>])[]): Truth[] {
  let at = 700;
  const last = { logread: 0, syslog: 0, console: 0 };
  return steps.map(([step, ways]) => {
    at += step;
    const held = (way: 'logread' | 'syslog' | 'console'): number | undefined => {
      const taken = ways[way];
      if (taken === undefined) return undefined;
      last[way] = Math.max(last[way], at + taken);
      return last[way] - at;
    };
    return {
      at,
      kernel: ways.kernel,
      logread: held('logread'),
      syslog: held('syslog'),
      console: held('console'),
    };
  });
}

const heardAtAll = ({ kernel, logread, syslog, console }: Truth): boolean =>
  logread !== undefined || syslog !== undefined || (kernel && console !== undefined);

const log = (line: string): [TimelineEvent['source'], string, unknown] => ['router.log', 'line', { line }];
const syslog = (line: string): [TimelineEvent['source'], string, unknown] => ['syslog', 'line', { line }];
const shown = (line: string): [TimelineEvent['source'], string, unknown] => ['console', 'line', { line }];
const clock = (id: string, at: number, uptimeMs: number): [TimelineEvent['source'], string, unknown] => [
  'router.log',
  'clock',
  {
    asked: at - 4,
    bootId: id,
    uptimeMs,
    wall: Date.UTC(2026, 10, 22, 8, 51, 40) / 1_000 + at / 1_000,
    zone: 0,
  },
];

/** Events a second apart. */
const timeline = (...events: readonly [TimelineEvent['source'], string, unknown][]): TimelineEvent[] =>
  events.map(([source, kind, data], i) => ({ seq: i + 1, at: i * 1_000, source, kind, data }));

describe('console, logread and syslog as one log', () => {
  it('has each message once, and its true time between the two that are stated', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 3_000 }), truth), { maxLength: 25 });
    fc.assert(
      fc.property(steps, world, (made, where) => {
        const truths = inOrder(made);
        const { lines } = mergeLogs(timelineOf(truths, where));
        const expected = truths.filter(heardAtAll).map(({ at }) => at);
        expect(lines.map(({ line }) => truthIn(line)).sort((a, b) => a - b)).toEqual(expected);
        for (const { line, time } of lines) {
          const at = truthIn(line);
          expect(time.earliest).toBeLessThanOrEqual(at + 1);
          expect(time.latest).toBeGreaterThanOrEqual(at - 1);
        }
      }),
    );
  });

  it('believes the stamp of the kernel before the calendar shortly after a boot, however late the line comes', () => {
    const truth = { at: 1_500, kernel: true, logread: 350, syslog: undefined, console: undefined };
    const [line] = mergeLogs(timelineOf([truth], { boot: -100, offset: 1.7e12, trip: [2, 2] })).lines;
    expect((line?.time.latest ?? 0) - (line?.time.earliest ?? 0)).toBeLessThan(400);
  });

  it('keeps boots apart, with what the boot loader says between them', () => {
    const { boots, lines } = mergeLogs(
      timeline(
        clock('a', 0, 60_000),
        log('Sun Nov 22 08:51:41 2026 daemon.notice netifd: before'),
        shown('[   62.000000] reboot: Restarting system'),
        shown('U-Boot 2023.01'),
        shown('[    0.000000] Linux version 6.6'),
        syslog('Nov 22 08:51:45 daemon.notice netifd: after'),
        clock('b', 6_000, 2_500),
        log('Sun Nov 22 08:51:45 2026 daemon.notice netifd: after'),
      ),
    );
    expect(boots.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(lines.map(({ boot, ways, line }) => [boot, ways, line.slice(-6)])).toEqual([
      [1, ['logread'], 'before'],
      [1, ['console'], 'system'],
      [1.5, ['console'], '023.01'],
      [2, ['console'], 'on 6.6'],
      [2, ['syslog', 'logread'], ' after'],
    ]);
  });

  it('marks what one way lacks and the other has, and what was seen to break', () => {
    const line = (n: number): string => `Nov 22 08:51:4${n} daemon.notice netifd: ${n}`;
    const { gaps } = mergeLogs(
      timeline(
        clock('a', 0, 60_000),
        ...[1, 2, 3, 4, 5].map((n) => log(`Sun ${line(n).replace(/^(.{15})/, '$1 2026')}`)),
        ...[1, 2, 5].map((n) => syslog(line(n))),
        ['syslog', 'gap', { reason: 'the connection ended' }],
      ),
    );
    expect(gaps.map(({ way, reason }) => `${way}: ${reason}`)).toEqual([
      'syslog: the connection ended',
      'syslog: lacks 2 lines that logread has',
    ]);
  });

  it('is written for people, from the timeline alone', () => {
    const text = renderMergedLog(
      mergeLogs(timeline(clock('a', 0, 60_000), log('Sun Nov 22 08:51:41 2026 daemon.notice netifd: up'))),
    );
    expect(text).toMatch(/^== boot 1, a: its kernel started at -60\.\d+ s \(± 0\.0\d+ s\)/);
    expect(text).toMatch(
      /\n +1\.000 +-\d\.\d{3} boot 1 L-- Sun Nov 22 08:51:41 2026 daemon\.notice netifd: up\n$/,
    );
  });

  it('is diagnosed once: the same line by two ways is one event, and syslog alone is enough', () => {
    const echo = 'daemon.info pppd[1]: No response to 5 echo-requests';
    const said = [
      'daemon.notice pppd[1]: local  IP address 10.0.0.2',
      echo,
      'daemon.info pppd[1]: Connect time 1.0 minutes.',
    ];
    const drop: [TimelineEvent['source'], string, unknown] = [
      'check',
      'drop',
      { atMs: 1, seen: 'the interface is down' },
    ];
    const twice = said.flatMap((text, n) => [
      log(`Sun Nov 22 08:51:4${n} 2026 ${text}`),
      syslog(`Nov 22 08:51:4${n} ${text}`),
    ]);
    const both = diagnoseTimeline(timeline(...twice, drop));
    expect(both.causes[0]).toMatchObject({ fault: 'F90', evidence: [1, 3, 5] });
    const alone = diagnoseTimeline(
      timeline(...said.map((text, n) => syslog(`Nov 22 08:51:4${n} ${text}`)), drop),
    );
    expect(alone.causes[0]).toMatchObject({ fault: 'F90', evidence: [1, 2, 3] });
  });
});
