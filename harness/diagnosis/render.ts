import { describeRung } from '../core/ladder.ts';
import type { DiagnosedFault, Diagnosis } from './diagnosis.ts';

/** A diagnosis as text for people: what failed, the lines that show it, how to confirm, what is normal. */
export function renderDiagnosis(diagnosis: Diagnosis): string {
  const out = [headline(diagnosis)];
  if (diagnosis.why !== undefined) out.push(`${diagnosis.abstains ? 'Cause open: ' : ''}${diagnosis.why}.`);
  for (const fault of diagnosis.causes) out.push('', ...renderFault(fault));
  for (const open of diagnosis.questions) {
    out.push('', `Open question (${open.fault}, lines ${open.evidence.join(', ')}): ${open.question}.`);
    out.push(`  To settle it: ${open.experiment}.`);
  }
  if (diagnosis.normal.length > 0) out.push('', 'Normal, although it may look alarming:');
  for (const { lines, why } of diagnosis.normal) out.push(`  lines ${lines.join(', ')}: ${why}`);
  for (const caveat of diagnosis.caveats) out.push('', `Mind: ${caveat}.`);
  return out.join('\n');
}

function headline({ subject, rung, causes }: Diagnosis): string {
  if (subject === 'healthy') return 'Healthy: the link comes up and holds.';
  if (subject === 'not-a-modem') return 'Not a modem.';
  const first = causes[0];
  const where = rung === null ? 'Modem' : `${describeRung(rung)} not reached`;
  if (rung === 'S10') return `The link does not hold (S10)${first ? `: ${first.title}` : ''}.`;
  return first ? `${where}: ${first.title}.` : `${where}: no known fault found.`;
}

function renderFault(fault: DiagnosedFault): string[] {
  const sure = fault.confidence >= 0.9 ? 'certain' : fault.confidence >= 0.6 ? 'likely' : 'possible';
  const out = [`${fault.fault} ${fault.title} (${sure})`];
  for (const { line, text } of fault.quotes) out.push(`  ${String(line).padStart(5)} | ${text}`);
  const more = fault.evidence.length - fault.quotes.length;
  if (more > 0) out.push(`        … and ${more} more lines`);
  out.push(fault.settled && fault.causes.length === 1 ? '  Cause:' : '  Causes, most likely first:');
  fault.causes.forEach((cause, i) => {
    out.push(`  ${i + 1}. ${cause.title}`, `     confirm: ${cause.confirm}`, `     fix: ${cause.fix}`);
  });
  return out;
}
