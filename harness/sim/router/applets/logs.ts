import type { Applet, Process } from '../machine.ts';
import { parseOptions } from './options.ts';
import { compileRegExp } from './regular-expressions.ts';

const SYNOPSIS =
  "[options]\nOptions:\n    -s <path>\t\tPath to ubus socket\n    -l\t<count>\t\tGot only the last 'count' messages\n" +
  '    -e\t<pattern>\tFilter messages with a regexp\n    -r\t<server> <port>\tStream message to a server\n' +
  '    -F\t<file>\t\tLog file\n    -S\t<bytes>\t\tLog size\n    -p\t<file>\t\tPID file\n    -h\t<hostname>\tAdd hostname to the message\n' +
  '    -P\t<prefix>\tPrefix custom text to streamed messages\n    -z\t<facility>\thandle only messages with given facility (0-23), repeatable\n' +
  '    -Z\t<facility>\tignore messages with given facility (0-23), repeatable\n    -f\t\t\tFollow log messages\n    -u\t\t\tUse UDP as the protocol\n' +
  '    -t\t\t\tAdd an extra timestamp\n    -0\t\t\tUse \\0 instead of \\n as trailer when using TCP\n';

/** Source: ubox log/logread.c. */
export const logread: Applet = async (process) => {
  const options = parseOptions(process, 'fl:e:tuz:Z:s:h:P:', SYNOPSIS);
  if (!options) return 1;
  const pattern = options.value('e');
  const matcher = pattern === undefined ? undefined : compileRegExp(pattern, true);
  if (pattern !== undefined && !matcher) {
    process.err('Invalid regex pattern\n');
    return 1;
  }
  const wanted = (line: string): boolean => matcher === undefined || matcher.test(line);
  const count = options.value('l');
  const { log } = process.machine;
  const stamped = options.has('t') ? withTimestamp(process) : (line: string): string => line;
  // -l counts before the pattern is asked. With -f and without -l nothing of the past is shown.
  const past = count !== undefined ? log.lines().slice(-Number(count)) : options.has('f') ? [] : log.lines();
  const shown = past.filter(wanted);
  if (shown.length > 0) process.out(shown.map(stamped).join('\n') + '\n');
  if (options.has('f')) await followLog(process, (line) => wanted(line) && process.out(stamped(line) + '\n'));
  return 0;
};

/** Passes lines on until the process is killed. */
function followLog(process: Process, f: (line: string) => void): Promise<void> {
  return new Promise((_resolve, reject) => {
    const stop = process.machine.log.follow(f);
    process.signal.addEventListener(
      'abort',
      () => {
        stop();
        reject(process.signal.reason as Error);
      },
      { once: true },
    );
  });
}

/** `-t`: seconds and milliseconds since 1970 in brackets before the message. */
function withTimestamp(process: Process): (line: string) => string {
  return (line) => {
    const stamp = (process.machine.clock.wall().getTime() / 1000).toFixed(3);
    return line.replace(/^(.{24}) /, `$1 [${stamp}] `);
  };
}

const FACILITY = /^(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7])$/;

/** Source: busybox sysklogd/logger.c. */
export const logger: Applet = async (process) => {
  const options = parseOptions(process, 'st:p:', '[-s] [-t TAG] [-p PRIO] [MESSAGE]');
  if (!options) return 1;
  const given = options.value('p') ?? 'user.notice';
  const [facility = 'user', level = 'notice'] = given.includes('.') ? given.split('.') : ['user', given];
  if (!FACILITY.test(facility)) {
    process.err(`logger: unknown facility name: ${facility}\n`);
    return 1;
  }
  const tag = options.value('t') ?? 'root';
  const priority = `${facility}.${level.replace(/^warning$/, 'warn').replace(/^error$/, 'err')}`;
  const write = (text: string): void => {
    process.machine.log.add(priority, tag, text);
    if (options.has('s')) process.err(`${tag}: ${text}\n`);
  };
  if (options.operands.length > 0) write(options.operands.join(' '));
  else for await (const line of process.stdin.lines()) write(line);
  return 0;
};

/** Source: busybox util-linux/dmesg.c. */
export const dmesg: Applet = (process) => {
  const options = parseOptions(process, 'cn:s:r', '[-cr] [-n LEVEL] [-s SIZE]');
  if (!options) return 1;
  const lines = process.machine.log.kernelLines();
  if (lines.length > 0) process.out(lines.join('\n') + '\n');
  return 0;
};
