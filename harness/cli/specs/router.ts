import { json, jsonLines, type CommandSpec } from '../spec.ts';
import { wait } from '../wait.ts';

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
  options: [wait, json],
  examples: [{ type: 'wwanlab shell sim-mifi25-mc7455 "ubus call system board"', about: 'what is it?' }],
};

const logs: CommandSpec = {
  name: 'logs',
  usage: 'RIG [--follow [--syslog]]',
  about: "print the system log of a rig's router",
  details: [
    'What `logread` has; with --follow, also what comes, until Ctrl-C: over SSH, or with --syslog as the router',
    'sends it to this machine, which goes on while SSH does not answer. It then logs to where it logged before.',
  ],
  positionals: ['RIG'],
  options: [
    { name: 'follow', about: 'go on with what is logged from now on; not on simulated rigs' },
    { name: 'syslog', about: 'by the way that the rig file names under `syslog`' },
    wait,
    jsonLines,
  ],
  examples: [{ type: 'wwanlab logs sim-mifi25-mc7455', about: 'as the router tells it' }],
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
  options: [
    { name: 'run', value: 'COMMAND', about: 'a line for the shell that waits on the console' },
    wait,
    jsonLines,
  ],
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
  options: [{ name: 'modem', about: "the modem's own switch, `modemPower` in the rig file" }, wait, json],
  examples: [{ type: 'wwanlab power lab/shelf-3.rig.yaml cycle', about: 'off and on again' }],
};

const recover: CommandSpec = {
  name: 'recover',
  usage: 'RIG [--goal GOAL] [--up-to RUNG]',
  about: 'bring a rig back by the cheapest means that helps',
  details: [
    'Looks what is wrong; a modem whose link is not there is asked first whether it answers, as no dial helps one',
    'that hangs. Then it climbs: re-dial, interface, modem-reset, usb-authorize, modem-power, reboot,',
    'router-power, failsafe, boot-loader. Stops at the rung that helped; a rung that makes no sense here, or that',
    'the rig is not wired for, is skipped and says why. Where nothing helped, it says what a human has to do, and',
    'ends with 1. The router need not answer. A rig in quarantine that was brought back is looked at as by',
    '`rigs check`, which lifts the quarantine or says what keeps it.',
  ],
  positionals: ['RIG'],
  options: [
    {
      name: 'goal',
      value: 'GOAL',
      about: 'router (answers), modem (drivers bound) or online; online by default',
    },
    { name: 'up-to', value: 'RUNG', about: 'the last rung that may be climbed' },
    { name: 'image', value: 'IMAGE', about: 'a sound image, for a router whose flash holds none' },
    { name: 'drop-settings', about: "failsafe mode may drop the router's settings (firstboot)" },
    wait,
    json,
  ],
  examples: [
    { type: 'wwanlab recover lab/shelf-3.rig.yaml', about: 'bring it online again' },
    {
      type: 'wwanlab recover lab/shelf-3.rig.yaml --goal router --up-to router-power',
      about: 'a router that answers is enough',
    },
  ],
};

/** One thing on one router. */
export const routerCommands = [shell, logs, console, power, recover] as const;
