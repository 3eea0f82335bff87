import { json, type CommandSpec } from './command-spec.ts';
import { virtualBoot, virtualFirmware, virtualSetup } from './virtual-spec.ts';

export type { Arguments, CommandSpec, Example, OptionSpec } from './command-spec.ts';

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
      about: "a suite's id or the path of a suite file; repeatable",
    },
    { name: 'seed', value: 'N', about: 'source of all chance on a simulated rig; 1 by default' },
    { name: 'repeat', value: 'N', about: 'run each test N times, each with the next seed; 1 by default' },
    { name: 'set', value: 'PARAM=VALUE', many: true, about: "a suite's parameter (see --list); repeatable" },
    { name: 'out', value: 'DIR', about: 'where to leave the report; ./reports by default' },
    {
      name: 'list',
      about: 'show the suites, what they need and their parameters, and the rigs; run nothing',
    },
    json,
  ],
  examples: [
    { type: 'wwanlab run', about: 'everything, on every simulated rig' },
    { type: 'wwanlab run --rig sim-mifi25-mc7455 --suite connect/ppp', about: 'does this modem get online?' },
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
    'Prints every mistake in the file at file:line:column. If there is none, opens the rig and asks the power',
    'switch, the router, its console (what is written on the router must come out there), the USB bus, the modem',
    'and the SIM card, in this order, so that you see where it ends. Changes nothing.',
  ],
  positionals: ['RIG'],
  options: [json],
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
  ],
  positionals: [],
  optional: ['RIG'],
  options: [json],
  examples: [{ type: 'wwanlab rigs who', about: 'all of them' }],
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

const modemServe: CommandSpec = {
  name: 'modem serve',
  usage: '--model MODEL [options]',
  about: 'an emulated modem alone, on USB, for a QEMU of your own',
  details: [
    'Real drivers bind to it: qcserial, option, qmi_wwan, cdc_mbim; behind it lies a little internet.',
    'Prints the QEMU arguments to use, then what happens, line by line. Plugs in again when QEMU comes back.',
    'An ADDRESS is unix:PATH or tcp:HOST:PORT. Faults are given here, or while it runs through --control;',
    "with --control /tmp/c.sock: echo 'bearer.drop 36' | socat - UNIX-CONNECT:/tmp/c.sock",
  ],
  positionals: [],
  options: [
    { name: 'model', value: 'MODEL', about: 'which modem: mc7455, ec25-a, …' },
    { name: 'mode', value: 'MODE', about: "qmi, mbim, ecm or ppp; the factory's by default" },
    { name: 'sim', value: 'SIM', about: 'ready (the default), none, pin:1234 or puk' },
    {
      name: 'apn',
      value: 'APN',
      many: true,
      about: 'an access point it may use; repeatable; internet by default',
    },
    {
      name: 'fault',
      value: 'FAULT',
      many: true,
      about: 'as in "echo.lost 10s"; repeatable; help in --control lists them',
    },
    { name: 'rtt', value: 'MS', about: 'round trip to the internet; 10 to 45 ms by default' },
    { name: 'usbredir', value: 'ADDRESS', about: 'plug it into QEMU over this socket' },
    { name: 'listen', about: 'wait there for QEMU to connect (the default)' },
    { name: 'connect', about: 'connect to a QEMU that listens there, until it answers' },
    { name: 'usbip', value: 'ADDRESS', about: 'export it over USB/IP as well' },
    {
      name: 'control',
      value: 'PATH',
      about: 'take commands, one a line, at this unix socket; - is standard input',
    },
    { name: 'seed', value: 'N', about: 'source of all chance; 1 by default' },
    { name: 'json', about: 'print every line as JSON' },
  ],
  examples: [
    { type: 'wwanlab modem serve --model mc7455 --usbredir unix:/tmp/modem.sock', about: 'a QMI modem' },
    {
      type: 'wwanlab modem serve --model mc7455 --mode mbim --usbredir tcp:127.0.0.1:4000',
      about: 'MBIM, over TCP',
    },
  ],
};

const shell: CommandSpec = {
  name: 'shell',
  usage: 'RIG COMMAND',
  about: "run a line of shell on a rig's router",
  details: [
    'COMMAND is one argument: put it in quotes. Prints what the command printed and ends with its exit code.',
    "Where the router can't be reached it ends with 2 and says so on standard error, behind `wwanlab:`; with",
    '--json nothing is on standard output then.',
  ],
  positionals: ['RIG', 'COMMAND'],
  options: [json],
  examples: [{ type: 'wwanlab shell sim-mifi25-mc7455 "ubus call system board"', about: 'what is it?' }],
};

const at: CommandSpec = {
  name: 'at',
  usage: 'RIG COMMAND',
  about: "send an AT command to a rig's modem",
  details: [
    'Goes to the port that answers AT, found by its place on USB. Prints the reply; the exit code is 0 for OK',
    'and 1 for anything else. While a call over PPP holds that port, it says so.',
  ],
  positionals: ['RIG', 'COMMAND'],
  options: [json],
  examples: [
    { type: 'wwanlab at sim-mifi25-mc7455 ATI', about: 'what is it?' },
    { type: 'wwanlab at sim-mifi25-mc7455 "AT!GSTATUS?"', about: 'signal, band and cell of a Sierra modem' },
  ],
};

const mode: CommandSpec = {
  name: 'mode',
  usage: 'RIG [ppp|qmi|mbim|ecm]',
  about: "show or change the data mode of a rig's modem",
  details: [
    'Without a mode: what USB will show after the next restart, and what netifd is set to. With one: takes the',
    'link down, recomposes and restarts the modem if it must, waits for every driver and node, and sets the',
    'interface to the protocol. The link stays down. On simulated and virtual rigs nothing of it stays: they',
    'start anew each time.',
  ],
  positionals: ['RIG'],
  optional: ['MODE'],
  options: [json],
  examples: [{ type: 'wwanlab mode lab/shelf-3.rig.yaml qmi', about: 'from PPP to QMI' }],
};

const console: CommandSpec = {
  name: 'console',
  usage: 'RIG [--run COMMAND]',
  about: "watch and type on the serial console of a rig's router",
  details: [
    'Shows what comes out and sends what you type; Ctrl-] ends it. Without a terminal it only shows. With --run',
    'it runs a line of shell there, prints its output and ends with its exit code. Needs no router that answers',
    'over the network.',
  ],
  positionals: ['RIG'],
  options: [{ name: 'run', value: 'COMMAND', about: 'a line for the shell that waits on the console' }],
  examples: [
    { type: 'wwanlab console lab/shelf-3.rig.yaml --run "logread -l 20"', about: 'when SSH is dead' },
  ],
};

const power: CommandSpec = {
  name: 'power',
  usage: 'RIG on|off|cycle|state',
  about: "switch a rig's power, or ask for it",
  details: [
    'Switches what the rig file names under `power`, and proves it by asking where the switch can be asked.',
    '`cycle` leaves it off for as long as the file says, and switches on again also when it is interrupted.',
    'Does not need the router to answer.',
  ],
  positionals: ['RIG', 'ACTION'],
  options: [{ name: 'modem', about: "the modem's own switch, `modemPower` in the rig file" }, json],
  examples: [{ type: 'wwanlab power lab/shelf-3.rig.yaml cycle', about: 'off and on again' }],
};

const logs: CommandSpec = {
  name: 'logs',
  usage: 'RIG [--follow]',
  about: "print the system log of a rig's router",
  details: ['What `logread` has; with --follow, also what comes, until Ctrl-C.'],
  positionals: ['RIG'],
  options: [{ name: 'follow', about: 'go on with what is logged from now on; not on simulated rigs' }],
  examples: [{ type: 'wwanlab logs sim-mifi25-mc7455', about: 'as the router tells it' }],
};

export const commands = [
  run,
  rigsList,
  rigsCheck,
  rigsExplain,
  rigsWho,
  rigsTake,
  rigsRelease,
  diagnose,
  shell,
  at,
  mode,
  logs,
  console,
  power,
  modemServe,
  virtualSetup,
  virtualBoot,
  virtualFirmware,
] as const;
