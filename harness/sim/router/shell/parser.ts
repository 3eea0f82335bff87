import { isReserved, unexpected, type Token } from './lexer.ts';
import { TokenReader } from './token-reader.ts';
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
  readonly #tokens: TokenReader;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    this.#tokens = new TokenReader(cursor);
  }

  /** What follows the list. */
  peek(): Token {
    return this.#tokens.peek();
  }

  expectOperator(text: string): void {
    this.#tokens.expectOperator(text);
  }

  #atListEnd(): boolean {
    const token = this.#tokens.peek();
    if (token.kind === 'end') return true;
    if (token.kind === 'operator') return token.text === ')' || token.text === ';;';
    return token.kind === 'word' && LIST_ENDS.has(token.text);
  }

  /** Commands up to something that can't begin one. */
  list(): List {
    const items: { item: AndOr; background: boolean }[] = [];
    for (;;) {
      this.#tokens.skipNewlines();
      if (this.#atListEnd()) return items;
      const item = this.#andOr();
      const background = this.#tokens.isOperator('&');
      items.push({ item, background });
      if (
        !this.#tokens.accept(
          background || this.#tokens.isOperator(';') || this.#tokens.peek().kind === 'newline',
        )
      ) {
        if (!this.#atListEnd()) throw unexpected(this.#tokens.peek());
        return items;
      }
    }
  }

  /** A list that may not be empty. */
  #body(): List {
    const commands = this.list();
    if (commands.length === 0) throw unexpected(this.#tokens.peek());
    return commands;
  }

  #andOr(): AndOr {
    const first = this.#pipeline();
    const rest: { operator: '&&' | '||'; pipeline: Pipeline }[] = [];
    while (this.#tokens.isOperator('&&') || this.#tokens.isOperator('||')) {
      const operator = this.#tokens.next().text as '&&' | '||';
      this.#tokens.skipNewlines();
      rest.push({ operator, pipeline: this.#pipeline() });
    }
    return { first, rest };
  }

  #pipeline(): Pipeline {
    let negated = false;
    while (this.#tokens.accept(this.#tokens.isKeyword('!'))) negated = !negated;
    const commands = [this.#command()];
    while (this.#tokens.accept(this.#tokens.isOperator('|'))) {
      this.#tokens.skipNewlines();
      commands.push(this.#command());
    }
    return { negated, commands };
  }

  #command(): Command {
    const token = this.#tokens.peek();
    if (this.#tokens.accept(this.#tokens.isOperator('('))) {
      const inside = this.#body();
      this.#tokens.expectOperator(')');
      return { kind: 'subshell', body: inside, redirects: this.#redirects() };
    }
    if (token.kind === 'word' && isReserved(token.text)) return this.#compound(token.text);
    return this.#simple();
  }

  #compound(keyword: string): Command {
    const parse = this.#compounds[keyword];
    if (!parse) throw unexpected(this.#tokens.peek());
    this.#tokens.next();
    const parsed = parse();
    return parsed.kind === 'function' ? parsed : { ...parsed, redirects: this.#redirects() };
  }

  readonly #compounds: Readonly<Record<string, () => Command>> = {
    '{': () => {
      const inside = this.#body();
      this.#tokens.expectKeyword('}');
      return { kind: 'group', body: inside, redirects: [] };
    },
    if: () => this.#ifCommand(),
    while: () => this.#loop(false),
    until: () => this.#loop(true),
    for: () => this.#forCommand(),
    case: () => this.#caseCommand(),
    function: () => {
      const name = this.#tokens.word();
      if (this.#tokens.accept(this.#tokens.isOperator('('))) this.#tokens.expectOperator(')');
      return this.#functionCommand(name.text);
    },
  };

  #ifCommand(): Command {
    const branches: Branch[] = [];
    do {
      const condition = this.#body();
      this.#tokens.expectKeyword('then');
      branches.push({ condition, body: this.#body() });
    } while (this.#tokens.accept(this.#tokens.isKeyword('elif')));
    const otherwise = this.#tokens.accept(this.#tokens.isKeyword('else')) ? this.#body() : undefined;
    this.#tokens.expectKeyword('fi');
    return { kind: 'if', branches, otherwise, redirects: [] };
  }

  #doGroup(): List {
    this.#tokens.expectKeyword('do');
    const commands = this.#body();
    this.#tokens.expectKeyword('done');
    return commands;
  }

  #loop(until: boolean): Command {
    const condition = this.#body();
    return { kind: 'loop', until, condition, body: this.#doGroup(), redirects: [] };
  }

  #forCommand(): Command {
    const name = this.#tokens.word().text;
    let words: Word[] | undefined;
    this.#tokens.skipNewlines();
    if (this.#tokens.accept(this.#tokens.isKeyword('in'))) {
      words = [];
      for (let token = this.#tokens.peek(); token.kind === 'word'; token = this.#tokens.peek()) {
        words.push(token.word);
        this.#tokens.next();
      }
      if (!this.#tokens.accept(this.#tokens.isOperator(';') || this.#tokens.peek().kind === 'newline'))
        throw unexpected(this.#tokens.peek());
    } else this.#tokens.accept(this.#tokens.isOperator(';'));
    this.#tokens.skipNewlines();
    return { kind: 'for', name, words, body: this.#doGroup(), redirects: [] };
  }

  #caseCommand(): Command {
    const subject = this.#tokens.word().word;
    this.#tokens.skipNewlines();
    this.#tokens.expectKeyword('in');
    const clauses: Clause[] = [];
    for (this.#tokens.skipNewlines(); !this.#tokens.isKeyword('esac'); this.#tokens.skipNewlines()) {
      this.#tokens.accept(this.#tokens.isOperator('('));
      const patterns = [this.#tokens.word().word];
      while (this.#tokens.accept(this.#tokens.isOperator('|'))) patterns.push(this.#tokens.word().word);
      this.#tokens.expectOperator(')');
      clauses.push({ patterns, body: this.list() });
      if (!this.#tokens.accept(this.#tokens.isOperator(';;'))) break;
    }
    this.#tokens.skipNewlines();
    this.#tokens.expectKeyword('esac');
    return { kind: 'case', subject, clauses, redirects: [] };
  }

  #functionCommand(name: string): Command {
    this.#tokens.skipNewlines();
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
      const token = this.#tokens.peek();
      if (token.kind !== 'word') break;
      this.#tokens.next();
      const assignment = words.length === 0 ? assignmentIn(token.word) : undefined;
      if (assignment) assignments.push(assignment);
      else words.push(token.word);
      if (words.length === 1 && assignments.length === 0 && this.#tokens.isOperator('(')) {
        this.#tokens.next();
        this.#tokens.expectOperator(')');
        return this.#functionCommand(token.text);
      }
    }
    if (assignments.length + words.length + targets.length === 0) throw unexpected(this.#tokens.peek());
    return { kind: 'simple', assignments, words, redirects: targets };
  }

  #redirects(): Redirect[] {
    const found: Redirect[] = [];
    for (let one = this.#tryRedirect(); one; one = this.#tryRedirect()) found.push(one);
    return found;
  }

  #tryRedirect(): Redirect | undefined {
    const token = this.#tokens.peek();
    const numbered = token.kind === 'io-number';
    if (!numbered && !(token.kind === 'operator' && REDIRECTIONS.has(token.text))) return undefined;
    if (numbered) this.#tokens.next();
    const operator = this.#tokens.next().text;
    const fd = numbered ? Number(token.text) : operator.startsWith('<') ? 0 : 1;
    const target = this.#tokens.word();
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
