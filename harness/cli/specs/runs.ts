import { json, type CommandSpec } from '../spec.ts';
import { wait } from '../wait.ts';

const run: CommandSpec = {
  name: 'run',
  usage: '[options]',
  about: 'run suites on rigs and leave a report',
  details: [
    'Runs every suite on every rig that was not broken on purpose (or those that you name), one rig',
    'after the other, prints a table of verdicts, and leaves reports/<run>/ with junit.xml, the timeline,',
    'a log of each source, and a diagnosis of whatever did not pass.',
  ],
  positionals: [],
  options: [
    { name: 'rig', value: 'RIG', many: true, about: "a rig's id or the path of a rig file; repeatable" },
    {
      name: 'suite',
      value: 'SUITE',
      many: true,
      about: "a suite's id, a folder of suites, or the path of either; repeatable",
    },
    { name: 'seed', value: 'N', about: 'source of all chance on a simulated rig; 1 by default' },
    { name: 'repeat', value: 'N', about: 'run each test N times, each with the next seed; 1 by default' },
    { name: 'set', value: 'PARAM=VALUE', many: true, about: "a suite's parameter (see --list); repeatable" },
    { name: 'out', value: 'DIR', about: 'where to leave the report; ./reports by default' },
    {
      name: 'list',
      about: 'show the suites, what they need and their parameters, and the rigs; run nothing',
    },
    wait,
    json,
  ],
  examples: [
    { type: 'wwanlab run', about: 'everything, on every simulated rig' },
    { type: 'wwanlab run --rig sim-mifi25-mc7455 --suite connect/ppp', about: 'does this modem get online?' },
    { type: 'wwanlab run --suite connect/', about: 'all suites of a folder' },
    {
      type: 'wwanlab run --suite stability/soak --set soak.hours=24',
      about: 'does it stay online for a day?',
    },
    {
      type: 'wwanlab run --rig sim-planted-sim-not-seated',
      about: 'what a failure looks like (exit code 1)',
    },
    {
      type: 'wwanlab run --suite ../mine/roaming.suite.ts --rig my.rig.yaml',
      about: 'your suite on your rig',
    },
  ],
};

const diagnose: CommandSpec = {
  name: 'diagnose',
  usage: 'FILE|RUN [--json]',
  about: 'say why a modem did not get or stay online, from a log or a run',
  details: [
    'FILE is a system log as the router wrote it or as somebody pasted it into a forum; - reads standard input.',
    'RUN is a run directory or its timeline.jsonl. Names the first rung of the connect ladder that was not',
    'reached, the causes in order of likelihood with the lines that speak for them, and how to confirm each.',
    'Exit code 0: it says something, also that all is well; 3: the log does not say enough.',
  ],
  positionals: ['FILE'],
  options: [json],
  examples: [
    { type: 'wwanlab diagnose thread.txt', about: 'a pasted log' },
    { type: 'ssh root@192.168.8.1 logread | wwanlab diagnose -', about: "the router's own log" },
    { type: 'wwanlab diagnose reports/2026-11-23T20-38-25-abc', about: 'a run that failed' },
  ],
};

/** Runs and what is read from them. */
export const runsCommands = [run, diagnose] as const;
