import { basename } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';

import { HarnessError, messageOf, type ErrorCode } from '../core/errors.ts';
import { quoteWord } from '../drivers/openwrt/quote.ts';
import { shownPath } from './places.ts';
import { schemaProblems, type RigProblem } from './rig-problems.ts';
import { rigSchema, type LabRigValues, type SimRigValues, type VirtualRigValues } from './rig-schema.ts';
import { readText } from './read-text.ts';

/** A simulated rig as its file describes it, defaults filled in. */
export type SimRigFile = Named & SimRigValues & { readonly network: { readonly apns: readonly string[] } };
/** A virtual rig as its file describes it, defaults filled in. */
export type VirtualRigFile = Named &
  VirtualRigValues & { readonly network: { readonly apns: readonly string[] } };
/** A rig of real hardware as its file describes it, defaults filled in. */
export type LabRigFile = Named & LabRigValues;
export type RigFile = SimRigFile | VirtualRigFile | LabRigFile;

interface Named {
  /** The file's name without .rig.yaml. */
  readonly id: string;
  readonly path: string;
}

export const RIG_SUFFIX = '.rig.yaml';

/** A valid rig file, with the YAML it came from: `rigs explain` shows which values stand in it. */
export interface ParsedRig {
  readonly file: RigFile;
  readonly document: Document;
  readonly lines: LineCounter;
}

/**
 * Reads and checks a rig file.
 * @throws HarnessError `rig-file.…`, blamed on the test, with every problem of the file at file:line:column
 */
export function loadRigFile(path: string): RigFile {
  return parseRigFile(readText(path, 'rig-file', 'a rig file'), path).file;
}

/** As loadRigFile, with the YAML document. */
export function loadParsedRig(path: string): ParsedRig {
  return parseRigFile(readText(path, 'rig-file', 'a rig file'), path);
}

/** @param path the file's name for messages and for the rig's id */
export function parseRigFile(text: string, path: string): ParsedRig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [first] = document.errors;
  if (first) throw broken('rig-file.syntax', path, syntaxProblems(document, lines));
  if (document.contents === null) throw broken('rig-file.empty', path, [emptyFile]);
  const result = rigSchema.safeParse(toPlain(document, path));
  if (!result.success) throw broken('rig-file.invalid', path, schemaProblems(result.error, document, lines));
  const named = { id: basename(path).replace(/(\.rig)?\.ya?ml$/, ''), path };
  const values = result.data;
  if (values.kind === 'lab') return { file: { ...values, ...named }, document, lines };
  const apns = values.network.apns ?? [values.connection.apn];
  const network = { ...values.network, apns };
  const file: RigFile =
    values.kind === 'sim' ? { ...values, ...named, network } : { ...values, ...named, network };
  return { file, document, lines };
}

const emptyFile: RigProblem = {
  line: 1,
  column: 1,
  message: 'the file is empty: it needs at least kind, title, router, modem, connection',
};

/** Plain data; aliases are allowed, but not those that blow up to millions of nodes. */
function toPlain(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new HarnessError(`${shownPath(path)}: its YAML aliases cannot be resolved: ${messageOf(error)}`, {
      code: 'rig-file.aliases',
      blame: 'test',
      effect: 'none',
      hint: 'write the values out where they belong',
      cause: error,
    });
  }
}

function syntaxProblems(document: Document, lines: LineCounter): RigProblem[] {
  return document.errors.map(({ pos, code, message }) => {
    const { line, col } = lines.linePos(pos[0]);
    return { line, column: Math.max(1, col), message: SYNTAX[code] ?? message.replace(/\s+/g, ' ') };
  });
}

/** The parser's commonest complaints, in the words of somebody who writes a rig file. */
const SYNTAX: Readonly<Partial<Record<string, string>>> = {
  TAB_AS_INDENT: 'a tab is used for indentation: YAML wants spaces',
  DUPLICATE_KEY: 'this key stands here a second time: keep one of them',
  MULTIPLE_DOCS: 'a second document begins here ("---"): a rig file holds one rig',
};

function broken(code: ErrorCode, path: string, problems: readonly RigProblem[]): HarnessError {
  const shown = shownPath(path);
  const typed = quoteWord(shown);
  const text = problems.map(({ line, column, message }) => `${shown}:${line}:${column}: ${message}`);
  return new HarnessError(text.join('\n'), {
    code,
    blame: 'test',
    effect: 'none',
    hint: `mend the file, then check it with: wwanlab rigs check ${typed}`,
    data: { path, problems },
  });
}
