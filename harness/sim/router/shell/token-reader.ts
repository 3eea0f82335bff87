import type { Cursor } from './cursor.ts';
import { scanToken, unexpected, type Token } from './lexer.ts';

/** The tokens that come from one cursor, with one of them looked at ahead. */
export class TokenReader {
  readonly #cursor: Cursor;
  #ahead: Token | undefined;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  peek(): Token {
    return (this.#ahead ??= scanToken(this.#cursor));
  }

  next(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    return token;
  }

  isOperator(text: string): boolean {
    return this.peek().kind === 'operator' && this.peek().text === text;
  }

  isKeyword(text: string): boolean {
    return this.peek().kind === 'word' && this.peek().text === text;
  }

  /** Takes the next token if it is the one. */
  accept(is: boolean): boolean {
    if (is) this.next();
    return is;
  }

  skipNewlines(): void {
    while (this.peek().kind === 'newline') this.next();
  }

  /** @throws ShellSyntaxError */
  expectOperator(text: string): void {
    if (!this.isOperator(text)) throw unexpected(this.peek(), text);
    this.next();
  }

  /** @throws ShellSyntaxError */
  expectKeyword(text: string): void {
    if (!this.isKeyword(text)) throw unexpected(this.peek(), text);
    this.next();
  }

  /** @throws ShellSyntaxError */
  word(): Extract<Token, { kind: 'word' }> {
    const token = this.next();
    if (token.kind !== 'word') throw unexpected(token);
    return token;
  }
}
