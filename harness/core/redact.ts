/** Replaces what must never reach a log or a report. Text goes in, the same text without secrets comes out. */
export type Redact = (text: string) => string;

// IMEI (TS 23.003 6.2, 15 digits, IMEISV 16), IMSI (2.2, 14-15), ICCID (ITU-T E.118, 19-20, often padded with F).
const LONG_NUMBER = /(?<![0-9A-Za-z.])\d{14,20}[Ff]?(?![0-9A-Za-z])/g;
// AT+CPIN="1234", AT+CPIN="PUK","new" (TS 27.007 8.3), AT+CLCK/CPWD take the PIN as a quoted argument.
const AT_PIN = /(\+(?:CPIN|CPWD|CLCK)=)([^\r\n]*)/gi;
// Sierra's AT!ENTERCND / AT!OPENLOCK carry the unlock password.
const AT_UNLOCK = /(!(?:ENTERCND|OPENLOCK|SETCND)=)([^\r\n]*)/gi;
// Who logs in to a context: AT$QCPDPP (Qualcomm), AT+CGAUTH (TS 27.007 10.1.31), AT+QICSGP (Quectel).
const AT_LOGIN = /((?:\$QCPDPP|\+CGAUTH|\+QICSGP)=\d+,)([^\r\n]*)/gi;
// uci, rig files, JSON inside a log line, pppd options: password='x', pincode=1234, "secret": "x".
const NAMED =
  /\b(password|passwd|pincode|pin|puk|secret|private[_-]?key)(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,}"']{4,})/gi;
const SECRET_KEY = /^(?:password|passwd|pincode|pin|puk|secret|privateKey|imei|imsi|iccid)$/i;

const HIDDEN = '‹redacted›';

/**
 * A redactor that knows the shapes of modem secrets and, in addition, the literal secrets of this rig.
 * @param secrets literal values (PINs, passwords, keys); shorter than 4 characters are ignored, since hiding every
 * "1" would destroy the log.
 */
export function createRedactor(secrets: readonly string[] = []): Redact {
  const literals = [...new Set(secrets)].filter((s) => s.length >= 4).sort((a, b) => b.length - a.length);
  const literal = literals.length > 0 ? new RegExp(literals.map(escapeRegExp).join('|'), 'g') : undefined;
  return (text) => {
    let out = text;
    if (literal) out = out.replace(literal, HIDDEN);
    if (MAYBE_SECRET.test(out)) {
      out = out
        .replace(LONG_NUMBER, HIDDEN)
        .replace(AT_PIN, `$1${HIDDEN}`)
        .replace(AT_UNLOCK, `$1${HIDDEN}`)
        .replace(AT_LOGIN, `$1${HIDDEN}`)
        .replace(NAMED, `$1$2${HIDDEN}`);
    }
    return out;
  };
}

// One cheap look spares most lines the four replacements: a soak writes a hundred thousand of them.
const MAYBE_SECRET =
  /\d{14}|\+C(?:PIN|PWD|LCK)=|!(?:ENTERCND|OPENLOCK|SETCND)=|(?:QCPDPP|CGAUTH|QICSGP)=|\b(?:passw(?:or)?d|pin(?:code)?|puk|secret|private[_-]?key)\b/i;

/** A `JSON.stringify` replacer that redacts every string, and whatever stands under a secret's name. */
export function redactingReplacer(redact: Redact): (key: string, value: unknown) => unknown {
  return (key, value) => {
    if (typeof value === 'string') return SECRET_KEY.test(key) ? HIDDEN : redact(value);
    if (typeof value === 'number' && value >= 1e13) return HIDDEN;
    return value;
  };
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
