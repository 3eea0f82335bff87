import type { Applet } from '../../machine.ts';
import { runGcom } from './run.ts';

const USAGE = 'Usage: comgt [-d device] [-ehstvVx] [script]\n';

/** `gcom -d /dev/ttyUSB2 -s /etc/gcom/getcardinfo.gcom`; `-` reads the script from standard input. */
export const gcom: Applet = async (process) => {
  const { machine } = process;
  let device = '/dev/ttyUSB2';
  let script: string | undefined;
  const words = process.argv.slice(1);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-d') device = words.shift() ?? device;
    else if (word.startsWith('-d')) device = word.slice(2);
    else if (word === '-h' || word === '-V' || (word.startsWith('-') && /[^esvx-]/.test(word))) {
      process.out(USAGE);
      return word === '-h' || word === '-V' ? 0 : 1;
    } else if (word === '-' || !word.startsWith('-')) script = word;
  }
  const text =
    script === '-'
      ? decode(await process.stdin.readAll())
      : machine.files.readText(absolute(process.cwd, script));
  if (text === undefined) {
    process.err(USAGE);
    return 1;
  }
  return runGcom(machine, {
    device,
    script: text,
    env: process.env,
    pid: process.pid,
    out: (output) => process.out(Buffer.from(output, 'latin1')),
    err: (output) => process.err(output),
    signal: process.signal,
  });
};

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function absolute(cwd: string, path: string | undefined): string {
  if (path === undefined) return '';
  return path.startsWith('/') ? path : `${cwd === '/' ? '' : cwd}/${path}`;
}
