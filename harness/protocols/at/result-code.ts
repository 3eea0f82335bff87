import { cmeCode, cmeText, cmsText } from './error-codes.ts';

/** How a command line ends, and what a modem says unasked about a call (V.250 table 1, TS 27.007 9.2). */
export type ResultCode =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error' }
  /** `CONNECT`, or `CONNECT 150000000` with a rate. */
  | { readonly kind: 'connect'; readonly text?: string }
  | { readonly kind: 'ring' | 'no-carrier' | 'no-dialtone' | 'busy' | 'no-answer' }
  /** Mobile equipment error, by number. */
  | { readonly kind: 'cme'; readonly code: number }
  /** Message service failure, by number. */
  | { readonly kind: 'cms'; readonly code: number };

/** What decides a reply's bytes: V, Q, S3, S4 (V.250 6.2) and +CMEE (TS 27.007 9.1). */
export interface ReplySettings {
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly terminator: number;
  readonly lineFeed: number;
  /** 0 plain ERROR, 1 numbers, 2 text. */
  readonly errorLevel: number;
}

const words: Readonly<
  Record<Exclude<ResultCode['kind'], 'cme' | 'cms'>, readonly [text: string, digit: string]>
> = {
  ok: ['OK', '0'],
  connect: ['CONNECT', '1'],
  ring: ['RING', '2'],
  'no-carrier': ['NO CARRIER', '3'],
  error: ['ERROR', '4'],
  'no-dialtone': ['NO DIALTONE', '6'],
  busy: ['BUSY', '7'],
  'no-answer': ['NO ANSWER', '8'],
};

/** The code as text: `OK`, `+CME ERROR: SIM not inserted`, or its digit under V0. */
export function resultText(code: ResultCode, settings: ReplySettings): string {
  if (code.kind === 'cme' || code.kind === 'cms') {
    if (settings.errorLevel === 0) return plain('error', settings.verbose);
    const name = code.kind === 'cme' ? cmeText(code.code) : cmsText(code.code);
    const what = settings.errorLevel === 2 ? (name ?? code.code) : code.code;
    return `+${code.kind.toUpperCase()} ERROR: ${what}`;
  }
  if (code.kind === 'connect' && settings.verbose && code.text) return `CONNECT ${code.text}`;
  return plain(code.kind, settings.verbose);
}

function plain(kind: keyof typeof words, verbose: boolean): string {
  return words[kind][verbose ? 0 : 1];
}

/** A result code framed for the wire (V.250 5.7.1); empty under Q1. */
export function formatResult(code: ResultCode, settings: ReplySettings): string {
  if (settings.quiet) return '';
  return formatFinal(resultText(code, settings), settings);
}

function formatFinal(text: string, settings: ReplySettings): string {
  const cr = String.fromCharCode(settings.terminator);
  const lf = String.fromCharCode(settings.lineFeed);
  // Extended error codes keep their line feeds under V0, being information text by shape.
  return settings.verbose || text.length > 1 ? `${cr}${lf}${text}${cr}${lf}` : `${text}${cr}`;
}

/** Information text framed for the wire; several lines share one frame, as Sierra and Quectel send them. */
export function formatLines(lines: readonly string[], settings: ReplySettings): string {
  if (lines.length === 0) return '';
  const end = String.fromCharCode(settings.terminator) + String.fromCharCode(settings.lineFeed);
  return (settings.verbose ? end : '') + lines.join(end) + end;
}

const finals = new RegExp(
  '^(?:OK|ERROR|NO CARRIER|NO DIAL ?TONE|BUSY|NO ANSWER|CONNECT(?: .*)?|\\+CM[ES] ERROR: ?.*|ABORTED)$',
);

/** Does this line end a reply? */
export function isFinalLine(line: string): boolean {
  return finals.test(line);
}

/** Does this final line say that the command was carried out? */
export function isSuccess(line: string): boolean {
  return line === 'OK' || /^CONNECT(?: |$)/.test(line);
}

/** The number in `+CME ERROR: 10` or behind `+CME ERROR: SIM not inserted`; undefined for any other line. */
export function cmeOf(line: string): number | undefined {
  const match = /^\+CME ERROR: ?(.*)$/.exec(line);
  if (!match) return undefined;
  const text = (match[1] as string).trim();
  return /^\d+$/.test(text) ? Number(text) : cmeCode(text);
}
