/** What the assembler needs to know of the port's settings, asked anew for each byte that matters. */
export interface LineSettings {
  readonly echo: boolean;
  /** S3, the command line's end; 13 by default (V.250 6.2.1). */
  readonly terminator: number;
  /** S5, command line editing; 8 by default (V.250 6.2.3). */
  readonly backspace: number;
}

export interface LineAssembler {
  /**
   * Takes bytes up to and including the end of a line.
   * @returns how many were taken; `line` is set when a command line is complete
   */
  push(bytes: Uint8Array, settings: LineSettings): { readonly taken: number; readonly line?: string };
  reset(): void;
}

/** A modem refuses endless lines instead of eating its memory; the longest command of ours has some 200 characters. */
const MAX_LINE = 2_048;
const LINE_FEED = 10;

/**
 * Bytes to command lines at the modem's end: echo, backspace, `A/`.
 * @param echo gets what is to be sent back, as it came
 */
export function createLineAssembler(echo: (bytes: Uint8Array) => void): LineAssembler {
  let text = '';
  let last = '';

  const complete = (): string => {
    const line = text;
    text = '';
    if (/at/i.test(line)) last = line;
    return line;
  };

  const take = (bytes: Uint8Array, settings: LineSettings): { taken: number; line?: string } => {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (byte === settings.terminator) return { taken: i + 1, line: complete() };
      if (byte === settings.backspace || byte === 127) text = text.slice(0, -1);
      else if (byte !== LINE_FEED && text.length < MAX_LINE) text += String.fromCharCode(byte);
      // A/ repeats the line before and needs no carriage return (V.250 5.2.4).
      if (byte === SLASH && /^a\/$/i.test(text)) {
        text = '';
        return { taken: i + 1, line: last };
      }
    }
    return { taken: bytes.length };
  };

  return {
    push: (bytes, settings) => {
      const result = take(bytes, settings);
      if (settings.echo && result.taken > 0) echo(withoutLineFeeds(bytes.subarray(0, result.taken)));
      return result;
    },
    reset: () => {
      text = '';
    },
  };
}

const SLASH = 47;

function withoutLineFeeds(bytes: Uint8Array): Uint8Array {
  return bytes.includes(LINE_FEED) ? bytes.filter((byte) => byte !== LINE_FEED) : bytes;
}
