import { exitStatus, type Io, type ShellState } from './state.ts';
import { runList, runText } from './execute.ts';
import { parseScript } from './parser.ts';
import { ShellSyntaxError, type List } from './syntax.ts';

/**
 * A shell that reads its commands from standard input, line by line, until end of file or `exit`; what a command reads
 * comes from the lines after it.
 * @param begins is asked before each command; false ends the session there.
 */
export async function runSession(
  state: ShellState,
  io: Io,
  begins: () => boolean = () => true,
): Promise<number> {
  let text = '';
  for await (const line of io.stdin.lines()) {
    if (io.signal.aborted) break;
    text += line + '\n';
    const list = complete(text);
    if (list === 'incomplete') continue;
    if (!begins()) return 0;
    if (list === 'broken') await runText(state, text, io);
    else await runList(state, list, io);
    text = '';
    if (state.flow?.kind === 'exit') break;
    state.flow = undefined;
  }
  if (text.trim() !== '') await runText(state, text, io);
  return exitStatus(state);
}

function complete(text: string): List | 'incomplete' | 'broken' {
  try {
    return parseScript(text, false);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    return error.incomplete ? 'incomplete' : 'broken';
  }
}
