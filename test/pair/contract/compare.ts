import type { Observed, Plain } from './plain.ts';

/** One thing that two rigs show otherwise; undefined: one of them does not have it. */
export interface Difference {
  /** `ppp.up.status.addresses.0`, `ppp.dial.log: daemon.info pppd[N]: …` for a line of a log */
  readonly at: string;
  readonly sim: Plain;
  readonly virtual: Plain;
}

/** All differences, in the order of the paths. Topics that end with `log` are lists of lines: see `compareLines`. */
export function compare(sim: Observed, virtual: Observed): Difference[] {
  const topics = [...new Set([...Object.keys(sim), ...Object.keys(virtual)])];
  return topics.flatMap((topic) =>
    topic.endsWith('log')
      ? compareLines(topic, sim[topic], virtual[topic])
      : compareLeaves(leavesOf(topic, sim[topic]), leavesOf(topic, virtual[topic])),
  );
}

function compareLeaves(sim: ReadonlyMap<string, Plain>, virtual: ReadonlyMap<string, Plain>): Difference[] {
  return [...new Set([...sim.keys(), ...virtual.keys()])]
    .filter((at) => sim.get(at) !== virtual.get(at))
    .map((at) => ({ at, sim: sim.get(at), virtual: virtual.get(at) }));
}

function leavesOf(path: string, value: Plain): Map<string, Plain> {
  if (value === undefined) return new Map();
  if (value === null || typeof value !== 'object') return new Map([[path, value]]);
  const inner = Object.entries(value).flatMap(([name, item]) => [...leavesOf(`${path}.${name}`, item)]);
  return inner.length > 0 ? new Map(inner) : new Map([[path, Array.isArray(value) ? '[]' : '{}']]);
}

/** How often each line came; and, of those that both said as often, whether each program said them in the same order. */
function compareLines(topic: string, a: Plain, b: Plain): Difference[] {
  const [sim, virtual] = [linesOf(a), linesOf(b)];
  const differing = compareLeaves(countsOf(topic, sim), countsOf(topic, virtual));
  const uneven = new Set(differing.map(({ at }) => at));
  const orderOf = (lines: readonly string[], program: string): string =>
    lines.filter((line) => programOf(line) === program && !uneven.has(`${topic}: ${line}`)).join('\n');
  const orders = [...new Set([...sim, ...virtual].map(programOf))].map((program) => ({
    at: `${topic}, order of ${program}`,
    sim: orderOf(sim, program),
    virtual: orderOf(virtual, program),
  }));
  return [...differing, ...orders.filter((order) => order.sim !== order.virtual)];
}

const linesOf = (value: Plain): string[] => (Array.isArray(value) ? value.map(String) : []);

/** `daemon.notice netifd: …` -> `netifd`; a protocol handler, which speaks through netifd: `netifd: wwan_4` */
const programOf = (line: string): string =>
  /^\S+ (netifd: \S+(?= \(N\):)|[^:[ ]+)/.exec(line)?.[1] ?? 'somebody';

function countsOf(topic: string, lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(`${topic}: ${line}`, (counts.get(`${topic}: ${line}`) ?? 0) + 1);
  return counts;
}
