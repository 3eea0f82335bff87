/** `   12.345 rung {"rung":"S3",…}`: an event as a run's logs have it (report/logs.ts). */
const EVENT = /^ *\d+\.\d{3} ([\w.-]+)(?: (?:\{.*\}|".*"))?$/;
/** What a router or its modem said, with what belongs to it. */
const HEARD = new Set(['line', 'reply', 'answer']);
/** `# sim-mifi22-ec25 connects over PPP (connect/ppp, repetition 1)` */
const HEADING = /^# .+ \(.+, repetition \d+\)$/;

/**
 * Did wwanlab itself write this line, into the logs of a run: what it did, checked and found? It quotes what routers say
 * and gives its own opinion of it, which is no evidence.
 */
export function isOwnRecord(line: string): boolean {
  const kind = EVENT.exec(line)?.[1];
  return kind === undefined ? HEADING.test(line) : !HEARD.has(kind);
}
