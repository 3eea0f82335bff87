/** A word as the shell must get it to take it literally. */
export function quoteWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line in which every word stays what it is. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
