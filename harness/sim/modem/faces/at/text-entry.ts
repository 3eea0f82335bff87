/** What a port takes behind the prompt `> `. */
export interface TextEntry {
  /** Undefined: more is to come. */
  push(bytes: Uint8Array): { readonly taken: number; readonly text: string | undefined } | undefined;
}

const ESCAPE = 0x1b;
const CTRL_Z = 0x1a;
const BACKSPACE = 0x08;
/** The longest message in hexadecimal has 370 characters; what is longer has lost its end. */
const LONGEST = 1_024;

/** @param echo puts back what was typed, or nothing */
export function createTextEntry(echo: (bytes: Uint8Array) => void): TextEntry {
  let text = '';
  return {
    push: (bytes) => {
      const end = bytes.findIndex((byte) => byte === ESCAPE || byte === CTRL_Z);
      const typed = end < 0 ? bytes : bytes.subarray(0, end);
      echo(typed);
      for (const byte of typed) {
        if (byte === BACKSPACE) text = text.slice(0, -1);
        else if (text.length < LONGEST) text += String.fromCharCode(byte);
      }
      if (end < 0) return undefined;
      return { taken: end + 1, text: bytes[end] === CTRL_Z ? text : undefined };
    },
  };
}
