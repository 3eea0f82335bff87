import { isReserved, scanToken, unexpected, type Token } from './lexer.ts';
import type { Cursor } from './cursor.ts';
import {
  ShellSyntaxError,
  type AndOr,
  type Assignment,
  type Branch,
  type Clause,
  type Command,
  type List,
  type Pipeline,
  type Redirect,
  type Word,
} from './syntax.ts';

/**
 * Parses a whole script.
 * @param whole false: more may come, so a here-document without its last line is incomplete
 * @throws ShellSyntaxError
 */
export function parseScript(source: string, whole = true): List {
  const cursor: Cursor = { source, at: 0, hereDocuments: [], parseSubstitution };
  const parser = new Parser(cursor);
  const list = parser.list();
  const rest = parser.peek();
  if (rest.kind !== 'end') throw unexpected(rest);
  if (cursor.unfinished && !whole) throw new ShellSyntaxError('unexpected end of file', true);
  return list;
}

function parseSubstitution(cursor: Cursor): List {
  const parser = new Parser(cursor);
  const list = parser.list();
  parser.expectOperator(')');
  return list;
}

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;
const REDIRECTIONS = new Set(['<', '>', '>>', '<<', '<<-', '<&', '>&', '<>', '>|']);

const LIST_ENDS = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}']);

/** Recursive descent over the tokens that come from one cursor. */
class Parser {
  readonly #cursor: Cursor;
  #ahead: Token | undefined;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  peek(): Token {
    return (this.#ahead ??= scanToken(this.#cursor));
  }

  #next(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    return token;
  }

  #isOperator(text: string): boolean {
    return this.peek().kind === 'operator' && this.peek().text === text;
  }

  #isKeyword(text: string): boolean {
    return this.peek().kind === 'word' && this.peek().text === text;
  }

  #accept(is: boolean): boolean {
    if (is) this.#next();
    return is;
  }

  #skipNewlines(): void {
    while (this.peek().kind === 'newline') this.#next();
  }

  expectOperator(text: string): void {
    if (!this.#isOperator(text)) throw unexpected(this.peek(), text);
    this.#next();
  }

  #expectKeyword(text: string): void {
    if (!this.#isKeyword(text)) throw unexpected(this.peek(), text);
    this.#next();
  }

  #atListEnd(): boolean {
    const token = this.peek();
    if (token.kind === 'end') return true;
    if (token.kind === 'operator') return token.text === ')' || token.text === ';;';
    return token.kind === 'word' && LIST_ENDS.has(token.text);
  }

  /** Commands up to something that can't begin one. */
  list(): List {
    const items: { item: AndOr; background: boolean }[] = [];
    for (;;) {
      this.#skipNewlines();
      if (this.#atListEnd()) return items;
      const item = this.#andOr();
      const background = this.#isOperator('&');
      items.push({ item, background });
      if (!this.#accept(background || this.#isOperator(';') || this.peek().kind === 'newline')) {
        if (!this.#atListEnd()) throw unexpected(this.peek());
        return items;
      }
    }
  }

  /** A list that may not be empty. */
  #body(): List {
    const commands = this.list();
    if (commands.length === 0) throw unexpected(this.peek());
    return commands;
  }

  #andOr(): AndOr {
    const first = this.#pipeline();
    const rest: { operator: '&&' | '||'; pipeline: Pipeline }[] = [];
    while (this.#isOperator('&&') || this.#isOperator('||')) {
      const operator = this.#next().text as '&&' | '||';
      this.#skipNewlines();
      rest.push({ operator, pipeline: this.#pipeline() });
    }
    return { first, rest };
  }

  #pipeline(): Pipeline {
    let negated = false;
    while (this.#accept(this.#isKeyword('!'))) negated = !negated;
    const commands = [this.#command()];
    while (this.#accept(this.#isOperator('|'))) {
      this.#skipNewlines();
      commands.push(this.#command());
    }
    return { negated, commands };
  }

  #command(): Command {
    const token = this.peek();
    if (this.#accept(this.#isOperator('('))) {
      const inside = this.#body();
      this.expectOperator(')');
      return { kind: 'subshell', body: inside, redirects: this.#redirects() };
    }
    if (token.kind === 'word' && isReserved(token.text)) return this.#compound(token.text);
    return this.#simple();
  }

  #compound(keyword: string): Command {
    const parse = this.#compounds[keyword];
    if (!parse) throw unexpected(this.peek());
    this.#next();
    const parsed = parse();
    return parsed.kind === 'function' ? parsed : { ...parsed, redirects: this.#redirects() };
  }

  readonly #compounds: Readonly<Record<string, () => Command>> = {
    '{': () => {
      const inside = this.#body();
      this.#expectKeyword('}');
      return { kind: 'group', body: inside, redirects: [] };
    },
    if: () => this.#ifCommand(),
    while: () => this.#loop(false),
    until: () => this.#loop(true),
    for: () => this.#forCommand(),
    case: () => this.#caseCommand(),
    function: () => {
      const name = this.#wordToken();
      if (this.#accept(this.#isOperator('('))) this.expectOperator(')');
      return this.#functionCommand(name.text);
    },
  };

  #ifCommand(): Command {
    const branches: Branch[] = [];
    do {
      const condition = this.#body();
      this.#expectKeyword('then');
      branches.push({ condition, body: this.#body() });
    } while (this.#accept(this.#isKeyword('elif')));
    const otherwise = this.#accept(this.#isKeyword('else')) ? this.#body() : undefined;
    this.#expectKeyword('fi');
    return { kind: 'if', branches, otherwise, redirects: [] };
  }

  #doGroup(): List {
    this.#expectKeyword('do');
    const commands = this.#body();
    this.#expectKeyword('done');
    return commands;
  }

  #loop(until: boolean): Command {
    const condition = this.#body();
    return { kind: 'loop', until, condition, body: this.#doGroup(), redirects: [] };
  }

  #forCommand(): Command {
    const name = this.#wordToken().text;
    let words: Word[] | undefined;
    this.#skipNewlines();
    if (this.#accept(this.#isKeyword('in'))) {
      words = [];
      for (let token = this.peek(); token.kind === 'word'; token = this.peek()) {
        words.push(token.word);
        this.#next();
      }
      if (!this.#accept(this.#isOperator(';') || this.peek().kind === 'newline'))
        throw unexpected(this.peek());
    } else this.#accept(this.#isOperator(';'));
    this.#skipNewlines();
    return { kind: 'for', name, words, body: this.#doGroup(), redirects: [] };
  }

  #caseCommand(): Command {
    const subject = this.#wordToken().word;
    this.#skipNewlines();
    this.#expectKeyword('in');
    const clauses: Clause[] = [];
    for (this.#skipNewlines(); !this.#isKeyword('esac'); this.#skipNewlines()) {
      this.#accept(this.#isOperator('('));
      const patterns = [this.#wordToken().word];
      while (this.#accept(this.#isOperator('|'))) patterns.push(this.#wordToken().word);
      this.expectOperator(')');
      clauses.push({ patterns, body: this.list() });
      if (!this.#accept(this.#isOperator(';;'))) break;
    }
    this.#skipNewlines();
    this.#expectKeyword('esac');
    return { kind: 'case', subject, clauses, redirects: [] };
  }

  #wordToken(): Extract<Token, { kind: 'word' }> {
    const token = this.#next();
    if (token.kind !== 'word') throw unexpected(token);
    return token;
  }

  #functionCommand(name: string): Command {
    this.#skipNewlines();
    return { kind: 'function', name, body: this.#command(), redirects: [] };
  }

  #simple(): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const targets: Redirect[] = [];
    for (;;) {
      const redirect = this.#tryRedirect();
      if (redirect) {
        targets.push(redirect);
        continue;
      }
      const token = this.peek();
      if (token.kind !== 'word') break;
      this.#next();
      const assignment = words.length === 0 ? assignmentIn(token.word) : undefined;
      if (assignment) assignments.push(assignment);
      else words.push(token.word);
      if (words.length === 1 && assignments.length === 0 && this.#isOperator('(')) {
        this.#next();
        this.expectOperator(')');
        return this.#functionCommand(token.text);
      }
    }
    if (assignments.length + words.length + targets.length === 0) throw unexpected(this.peek());
    return { kind: 'simple', assignments, words, redirects: targets };
  }

  #redirects(): Redirect[] {
    const found: Redirect[] = [];
    for (let one = this.#tryRedirect(); one; one = this.#tryRedirect()) found.push(one);
    return found;
  }

  #tryRedirect(): Redirect | undefined {
    const token = this.peek();
    const numbered = token.kind === 'io-number';
    if (!numbered && !(token.kind === 'operator' && REDIRECTIONS.has(token.text))) return undefined;
    if (numbered) this.#next();
    const operator = this.#next().text;
    const fd = numbered ? Number(token.text) : operator.startsWith('<') ? 0 : 1;
    const target = this.#wordToken();
    if (operator === '<<' || operator === '<<-') return this.#hereDocument(fd, operator, target.word);
    const kind = operator === '>|' ? '>' : (operator as Redirect['operator']);
    return { fd, operator: kind, target: target.word };
  }

  #hereDocument(fd: number, operator: string, delimiter: Word): Redirect {
    let text: Word = [];
    this.#cursor.hereDocuments.push({
      delimiter: delimiter.map((part) => (part.kind === 'text' ? part.text : '')).join(''),
      stripTabs: operator === '<<-',
      literal: delimiter.some((part) => part.quoted),
      fill: (filled) => (text = filled),
    });
    return {
      fd,
      operator: '<<',
      get target() {
        return text;
      },
    };
  }
}

/** `name=value` at the beginning of a word, if that much of it is unquoted. */
function assignmentIn(word: Word): Assignment | undefined {
  const first = word[0];
  if (first?.kind !== 'text' || first.quoted) return undefined;
  const match = ASSIGNMENT.exec(first.text);
  if (!match) return undefined;
  const rest = first.text.slice(match[0].length);
  const value: Word = rest === '' ? word.slice(1) : [{ ...first, text: rest }, ...word.slice(1)];
  return { name: match[1] as string, value };
}
