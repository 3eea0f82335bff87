import { isFinalLine, isSuccess } from './result-code.ts';

/** One command's reply. The rig's modem gives the same shape to tests. */
export interface AtReply {
  readonly command: string;
  readonly ok: boolean;
  /** Information lines, without echo and blank lines. */
  readonly lines: readonly string[];
  /** `OK`, `ERROR`, `+CME ERROR: SIM not inserted`, `NO CARRIER`, `CONNECT 150000000` … */
  readonly final: string;
}

export interface AtReplyReader {
  /** Takes what the port gave, in pieces of any size. @returns the reply once its final code has come, and ever after */
  push(chunk: Uint8Array | string): AtReply | undefined;
  readonly reply: AtReply | undefined;
  /** Lines that are no part of the reply: `RDY`, `+CREG: 1` in the midst of another answer. */
  readonly unsolicited: readonly string[];
  /** Information lines so far: what to show when no final code ever comes. */
  readonly lines: readonly string[];
}

/** Longer lines come from no AT port (a DIAG port, line noise): the rest is dropped. */
const MAX_LINE = 4_096;

/**
 * Reads one command's reply at the host's end: strips the echo and blank lines, keeps unsolicited codes apart and stops
 * at the final code. It never throws: damaged bytes end up as lines.
 * @param command as it was sent, without carriage return
 */
export function createAtReplyReader(command: string): AtReplyReader {
  const names = namesIn(command);
  const lines: string[] = [];
  const unsolicited: string[] = [];
  let text = '';
  let reply: AtReply | undefined;
  let echoSeen = false;

  const take = (line: string): void => {
    if (line === '' || reply) return;
    if (!echoSeen && isEcho(line, command)) {
      // What came before the echo belongs to no command of ours.
      unsolicited.push(...lines.splice(0));
      echoSeen = true;
    } else if (isFinalLine(line)) reply = { command, ok: isSuccess(line), lines: [...lines], final: line };
    else if (isUnsolicited(line, names)) unsolicited.push(line);
    else lines.push(line);
  };

  const push = (chunk: Uint8Array | string): AtReply | undefined => {
    const more = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1');
    const parts = (text + more).split(/[\r\n]/);
    text = (parts.pop() ?? '').slice(0, MAX_LINE);
    for (const part of parts) take(part.slice(0, MAX_LINE).trim());
    return reply;
  };

  return {
    push,
    get reply() {
      return reply;
    },
    lines,
    unsolicited,
  };
}

function isEcho(line: string, command: string): boolean {
  return line.toUpperCase() === command.trim().toUpperCase();
}

/** `AT+CSQ;+CREG?` -> `+CSQ`, `+CREG`. */
function namesIn(command: string): ReadonlySet<string> {
  return new Set([...command.toUpperCase().matchAll(/[+!$^*%#][A-Z][A-Z0-9]*/g)].map((match) => match[0]));
}

// What comes unasked: V.250 (RING), TS 27.005 (+CMTI), TS 27.007 (+CREG …), Quectel (RDY, +QIND, POWERED DOWN).
const BARE = /^(?:RDY|RING|POWERED DOWN|NORMAL POWER DOWN)$/;
const NAMED =
  /^(\+(?:CREG|CGREG|CEREG|CPIN|CFUN|CGEV|CMTI|CMT|CDS|CRING|CIEV|CTZV|CTZE|CUSD|QIND|QUSIM|QSIMSTAT)|\^(?:MODE|RSSI|SRVST|SIMST)): ?(.*)$/;

function isUnsolicited(line: string, names: ReadonlySet<string>): boolean {
  if (BARE.test(line)) return true;
  const [, name, rest] = NAMED.exec(line) ?? [];
  if (name === undefined || rest === undefined) return false;
  if (!names.has(name)) return true;
  // The answer to +CREG? starts with the mode and another number; the report, with the status (TS 27.007 7.2).
  return name.endsWith('REG') && /^\d(?:,"|$)/.test(rest);
}
