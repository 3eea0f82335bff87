import { StringDecoder } from 'node:string_decoder';

/**
 * Cuts a stream of UTF-8 into lines, whatever the pieces it comes in. CR LF counts as LF.
 * @param maxLength characters after which a line without an end is handed over as it is.
 */
export function createLineSplitter(
  onLine: (line: string) => void,
  maxLength = 65_536,
): { push(bytes: Uint8Array): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let rest = '';

  const emit = (line: string): void => onLine(line.endsWith('\r') ? line.slice(0, -1) : line);

  const take = (text: string): void => {
    rest = rest === '' ? text : rest + text;
    let from = 0;
    for (let to = rest.indexOf('\n'); to >= 0; to = rest.indexOf('\n', from)) {
      emit(rest.slice(from, to));
      from = to + 1;
    }
    rest = from === 0 ? rest : rest.slice(from);
    if (rest.length > maxLength) {
      emit(rest);
      rest = '';
    }
  };

  return {
    push: (bytes) => take(decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))),
    end() {
      take(decoder.end());
      if (rest !== '') emit(rest);
      rest = '';
    },
  };
}
