import { json, type CommandSpec } from '../spec.ts';
import { wait } from '../wait.ts';

const rigsList: CommandSpec = {
  name: 'rigs list',
  usage: '[--json]',
  about: 'show the rigs that are known',
  details: ['Rig files are looked for in ./rigs, and in the package where there is no such folder.'],
  positionals: [],
  options: [json],
  examples: [{ type: 'wwanlab rigs list', about: 'every rig, with what it is made of' }],
};

const rigsCheck: CommandSpec = {
  name: 'rigs check',
  usage: 'RIG',
  about: 'check a rig file, then look whether everything in the rig answers',
  details: [
    'Prints every mistake in the file at file:line:column. If there is none, opens the rig and looks, from the',
    'outside in: power switch, router, console (what is written on the router must come out there), clock, disk,',
    'interface, packages of the modes, USB, drivers, modem (is it the one in the file?), SIM card, network and',
    'signal; says what it found and what to type next. Undoes what somebody left changed, and lifts the',
    'quarantine of a rig that passes. A link on the port that the modem is asked on is taken down meanwhile.',
  ],
  positionals: ['RIG'],
  options: [
    { name: 'power', about: 'cut the power to prove that these switches feed this router and this modem' },
    wait,
    json,
  ],
  examples: [
    { type: 'wwanlab rigs check sim-mifi22-ec25', about: 'a rig that ships with wwanlab' },
    { type: 'wwanlab rigs check lab/shelf-3.rig.yaml', about: 'your own, before the nightly run' },
  ],
};

const rigsExplain: CommandSpec = {
  name: 'rigs explain',
  usage: 'RIG',
  about: 'show every value of a rig and where it came from',
  details: ['Values are those of the file, with the line, or defaults. Secrets stay hidden.'],
  positionals: ['RIG'],
  options: [json],
  examples: [{ type: 'wwanlab rigs explain sim-mifi25-mc7455', about: 'also what the file leaves out' }],
};

const rigsWho: CommandSpec = {
  name: 'rigs who',
  usage: '[RIG]',
  about: 'show who holds the lab rigs of this machine',
  details: [
    'A lab rig is leased while somebody uses it: its router, console and switches, whatever file names them.',
    'Also shows what was left changed and will be undone by the next one, and what is in quarantine.',
  ],
  positionals: [],
  optional: ['RIG'],
  options: [json],
  examples: [{ type: 'wwanlab rigs who', about: 'all of them' }],
};

const rigsReliability: CommandSpec = {
  name: 'rigs reliability',
  usage: '[RIG]',
  about: 'show how often a verdict was the fault of its rig',
  details: [
    'Of the last 200 tests on each real or virtual rig of this machine: how many ended as an error of the rig,',
    'with the bound that this gives; and which suites fail on this rig significantly more often than on others',
    'with the same modem, so that the reason is more likely in the rig than in the firmware.',
  ],
  positionals: [],
  optional: ['RIG'],
  options: [json],
  examples: [{ type: 'wwanlab rigs reliability', about: 'all of them' }],
};

const rigsTake: CommandSpec = {
  name: 'rigs take',
  usage: 'RIG --reason TEXT',
  about: 'take a lab rig away from whoever holds it',
  details: [
    'From now on nothing that the holder does reaches the rig. It has 5 s to close its connections and is killed',
    'then. Returns when the rig is free.',
  ],
  positionals: ['RIG'],
  options: [{ name: 'reason', value: 'TEXT', about: 'what the holder is told; needed' }, json],
  examples: [{ type: 'wwanlab rigs take lab/shelf-3.rig.yaml --reason "release gate"', about: 'now' }],
};

const rigsRelease: CommandSpec = {
  name: 'rigs release',
  usage: 'RIG',
  about: 'free a lab rig that a dead or frozen process has left behind',
  details: [
    'The next run does the same by itself. A holder that is at work keeps the rig: then this says who it is and',
    'ends with 2.',
  ],
  positionals: ['RIG'],
  options: [json],
  examples: [{ type: 'wwanlab rigs release lab/shelf-3.rig.yaml', about: 'after a crash' }],
};

/** Rigs and who holds them. */
export const rigsCommands = [
  rigsList,
  rigsCheck,
  rigsExplain,
  rigsWho,
  rigsReliability,
  rigsTake,
  rigsRelease,
] as const;
