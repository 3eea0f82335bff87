import type { Rung } from '../core/ladder.ts';
import type { DiagnosedFault, Diagnosis } from './diagnosis.ts';
import { firstMissed, heightOf } from './ladder.ts';
import { isOrderUnreliable, type LogLine } from './log.ts';
import { normalLines } from './normal.ts';
import { inWordsOf, packageManagerIn } from './package-manager.ts';
import { openQuestions } from './questions.ts';
import { isOwnRecord } from './reader/own-record.ts';
import { createScene, type Scene } from './scene.ts';
import type { Confidence, Match, RankedCause, Signature } from './signature.ts';
import { signatures } from './signatures/index.ts';
import { lastUpLine, linkHolds, speaksOfModem } from './subject.ts';

const NUMBER: Record<Confidence, number> = { certain: 0.95, likely: 0.75, possible: 0.4 };
const MOST_EVIDENCE = 20;
const MOST_QUOTES = 8;

interface Found {
  readonly signature: Signature;
  readonly match: Match;
}

/**
 * What a log says: whose log it is, the first rung that was not reached, the faults that it shows with their evidence
 * and ranked causes. It abstains rather than guesses. Pure: the same lines give the same diagnosis.
 * @param lasts could a fault of this rung, of which all lines are past, still be there? Any could by default
 */
export function diagnose(lines: readonly LogLine[], lasts: (rung: Rung) => boolean = () => true): Diagnosis {
  const scene = createScene(lines);
  const all = signatures.flatMap((signature) => {
    const match = signature.match(scene);
    const counts =
      match?.evidence.some(({ past }) => !past) ||
      signature.role === 'circumstance' ||
      lasts(match?.rung ?? signature.rung);
    return match && match.evidence.length > 0 && counts ? [{ signature, match: inOrder(match) }] : [];
  });
  const notes = all.filter((found) => found.signature.role === 'note');
  const faults = lead(withoutEffects(all.filter((found) => found.signature.role !== 'note')));
  const extra = {
    questions: openQuestions(scene),
    normal: [...normalLines(scene), ...notes.map(asNormal)],
    caveats: caveatsOf(scene),
  };
  const strong = faults.some(
    (found) => found.match.confidence !== 'possible' && found.signature.role !== 'circumstance',
  );
  const lookAlikes = notes.filter((found) => found.signature.rung === 'S10');
  if (lookAlikes.length > 0 && (!speaksOfModem(scene) || (faults.length === 0 && !linkHolds(scene)))) {
    return { ...notAModem(scene, lookAlikes), ...extra };
  }
  if (!strong) {
    const healthy = healthyBy(scene, notes);
    if (healthy && !faults.some((found) => isAfter(found, lastUpLine(scene))))
      return { ...healthy, ...extra };
    if (!speaksOfModem(scene)) return { ...unrelated(), ...extra };
  }
  return { ...ofModem(scene, faults), ...extra };
}

/** Evidence as it stands in the log, each line once. */
function inOrder(match: Match): Match {
  const evidence = [...new Set(match.evidence)].sort((a, b) => a.number - b.number);
  return { ...match, evidence };
}

/** Leaves out what a surer fault explains. */
function withoutEffects(found: readonly Found[]): Found[] {
  const sure = found.filter(({ match }) => match.confidence !== 'possible');
  const explains = (a: Found, b: Found): boolean => a.match.explains?.includes(b.signature.fault) === true;
  return found.filter((effect) => !sure.some((other) => explains(other, effect) && !explains(effect, other)));
}

/** Sure ones first, then by the ladder: the lower rung is the earlier trouble. */
function lead(found: readonly Found[]): Found[] {
  const bucket = ({ signature, match }: Found): number => {
    if (signature.role === 'circumstance') return 2;
    return match.confidence === 'possible' ? 1 : 0;
  };
  const rung = ({ signature, match }: Found): number => heightOf(match.rung ?? signature.rung);
  return [...found].sort(
    (a, b) =>
      bucket(a) - bucket(b) || rung(a) - rung(b) || NUMBER[b.match.confidence] - NUMBER[a.match.confidence],
  );
}

type Verdict = Pick<Diagnosis, 'subject' | 'rung' | 'causes' | 'abstains' | 'why'>;

function ofModem(scene: Scene, found: readonly Found[]): Verdict {
  const causes = describe(found, scene);
  const [first] = found;
  if (!first || first.signature.role === 'circumstance') {
    return {
      subject: 'modem',
      rung: stuckAt(scene) ?? null,
      causes,
      abstains: true,
      why: 'no known fault is shown by this log, nor a link that comes up and holds',
    };
  }
  const rung = first.match.rung ?? first.signature.rung;
  if (first.match.confidence === 'possible') {
    return {
      subject: 'modem',
      rung,
      causes,
      abstains: true,
      why: 'the evidence is too thin to name a fault',
    };
  }
  if (!(first.match.settles ?? first.signature.settles)) {
    const why = 'the log shows what failed, not which of the causes it is: confirm them in order';
    return { subject: 'modem', rung, causes, abstains: true, why };
  }
  return { subject: 'modem', rung, causes, abstains: false };
}

function healthyBy(scene: Scene, notes: readonly Found[]): Verdict | undefined {
  const falseAlarms = notes.filter((found) => found.signature.rung !== 'S10');
  if (!linkHolds(scene) && falseAlarms.length === 0) return undefined;
  return {
    subject: 'healthy',
    rung: null,
    causes: describe(falseAlarms, scene),
    abstains: false,
  };
}

/** A weak hint counts against a healthy link only if it comes after the link is up. */
function isAfter({ signature, match }: Found, line: number): boolean {
  return signature.role !== 'circumstance' && match.evidence.some((e) => e.number > line);
}

function notAModem(scene: Scene, notes: readonly Found[]): Verdict {
  const why = 'this is not about a modem; why that other link dropped is not looked into';
  return {
    subject: 'not-a-modem',
    rung: null,
    causes: describe(notes, scene),
    abstains: true,
    why,
  };
}

function unrelated(): Verdict {
  const why = 'nothing in this text speaks of a modem';
  return { subject: 'not-a-modem', rung: null, causes: [], abstains: true, why };
}

const FAILURE =
  /is now down$|has lost the connection|[Ff]ailed\b|not reached|^ERROR$|\+CM[ES] ERROR|couldn't|Unable to/;

/** Without a signature: the rung above the highest that was reached, if there is a failure after it. */
function stuckAt(scene: Scene): Rung | undefined {
  const failure = scene.lines.findLast((line) => FAILURE.test(line.text) && line.process !== 'dnsmasq');
  if (!failure) return undefined;
  const attempt = scene.lines.findLast(
    (line) =>
      line.number < failure.number &&
      /is setting up now|^pppd [\d.]+ started|simple connect started/i.test(line.text),
  );
  return firstMissed(scene.reached, attempt?.number ?? 0);
}

/** Commands to type are those of this router: its interface and its package manager, where the log tells them. */
function addressing(scene: Scene): (cause: RankedCause) => RankedCause {
  const name = [...scene.modemInterfaces].find((n) => !/_[46]$/.test(n)) ?? 'wwan';
  const manager = packageManagerIn(scene.lines);
  const put = (text: string): string =>
    inWordsOf(manager, text).replace(/(network\.|\bif(?:up|down) )wwan\b/g, `$1${name}`);
  return ({ title, confirm, fix }) => ({ title, confirm: put(confirm), fix: put(fix) });
}

function describe(found: readonly Found[], scene: Scene): DiagnosedFault[] {
  const addressed = addressing(scene);
  return found.map(({ signature, match }) => describeOne(signature, match, addressed));
}

function describeOne(
  signature: Signature,
  match: Match,
  addressed: (cause: RankedCause) => RankedCause,
): DiagnosedFault {
  const lines = telling(match.evidence);
  return {
    fault: signature.fault,
    title: match.title ?? signature.title,
    rung: match.rung ?? signature.rung,
    confidence: NUMBER[match.confidence],
    settled: match.settles ?? signature.settles,
    evidence: lines.map((line) => line.number),
    quotes: lines.slice(0, MOST_QUOTES).map((line) => ({ line: line.number, text: line.original.trim() })),
    causes: (match.causes ?? signature.causes).map(addressed),
  };
}

/** The first and the last ones of a flood. */
function telling(lines: readonly LogLine[]): readonly LogLine[] {
  if (lines.length <= MOST_EVIDENCE) return lines;
  return [...lines.slice(0, MOST_EVIDENCE - 5), ...lines.slice(-5)];
}

function asNormal({ signature, match }: Found): Diagnosis['normal'][number] {
  return { lines: match.evidence.slice(0, 5).map((line) => line.number), why: signature.title };
}

function caveatsOf(scene: Scene): string[] {
  const caveats: string[] = [];
  if (isOrderUnreliable(scene.lines)) {
    caveats.push('time stamps have minute resolution: the order of lines within a minute is unreliable');
  }
  if (
    scene.lines.every(({ text }) => text === '') &&
    scene.lines.some((line) => isOwnRecord(line.original))
  ) {
    caveats.push(
      'this is what wwanlab itself wrote into the logs of a run, which is no evidence: give the directory of the run',
    );
  }
  if (scene.ppp.some((session) => session.echoLost && !session.started && !session.connectTime)) {
    caveats.push('the log begins in the middle of a PPP session');
  }
  return caveats;
}
