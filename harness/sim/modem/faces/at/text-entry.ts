/** What a port takes behind the prompt `> `. */
export interface TextEntry {
  /** Undefined: more is to come. */
  push(bytes: Uint8Array): { readonly taken: number; readonly text: string | undefined } | undefined;
}

const ESCAPE = 0x1b;
const CTRL_Z = 0x1a;
const BACKSPACE = 0x08;
const CR = 0x0d;
/** The longest message in hexadecimal has 370 characters; what is longer has lost its end. */
const LONGEST = 1_024;

interface TextEntryOptions {
  /** Puts back what was typed, or nothing. */
  readonly echo: (bytes: Uint8Array) => void;
  /** A line of several has been ended. */
  readonly onLine: () => void;
}

export function createTextEntry({ echo, onLine }: TextEntryOptions): TextEntry {
  let text = '';
  return {
    push: (bytes) => {
      const end = bytes.findIndex((byte) => byte === ESCAPE || byte === CTRL_Z);
      const typed = end < 0 ? bytes : bytes.subarray(0, end);
      for (const line of linesOf(typed)) {
        echo(line);
        if (line.at(-1) === CR) onLine();
      }
      for (const byte of typed) {
        if (byte === BACKSPACE) text = text.slice(0, -1);
        else if (text.length < LONGEST) text += String.fromCharCode(byte);
      }
      if (end < 0) return undefined;
      return { taken: end + 1, text: bytes[end] === CTRL_Z ? text : undefined };
    },
  };
}

/** Each with its end. */
function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = bytes.indexOf(CR); end >= 0; end = bytes.indexOf(CR, start)) {
    lines.push(bytes.subarray(start, end + 1));
    start = end + 1;
  }
  return start < bytes.length ? [...lines, bytes.subarray(start)] : lines;
}
