export { diagnose } from './diagnose.ts';
export type { DiagnosedFault, Diagnosis, NormalLines, OpenQuestion, Quote } from './diagnosis.ts';
export type { LogLine, TimeResolution } from './log.ts';
export type { Boot } from './merge/boots.ts';
export { mergeLogs, type MergedLog } from './merge/merge.ts';
export { readLog } from './reader/read.ts';
export { renderDiagnosis } from './render.ts';
export type { Confidence, FaultId, RankedCause } from './signature.ts';
export { diagnoseTimeline } from './timeline-reader.ts';
