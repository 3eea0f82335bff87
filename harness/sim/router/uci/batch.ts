/** A line of `uci batch`: words with quotes removed, comments left out. */
export function wordsOfLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoteMark: string | undefined;
  for (const c of line) {
    if (quoteMark !== undefined) {
      if (c === quoteMark) quoteMark = undefined;
      else word = (word ?? '') + c;
    } else if (c === "'" || c === '"') {
      quoteMark = c;
      word ??= '';
    } else if (c === '#' && word === undefined) break;
    else if (c === ' ' || c === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + c;
  }
  if (word !== undefined) words.push(word);
  return words;
}
