import { json, type CommandSpec } from '../spec.ts';

const virtualSetup: CommandSpec = {
  name: 'virtual setup',
  usage: '[options]',
  about: 'get what the virtual rigs need, and build their guest',
  details: [
    'Installs the Debian packages that are missing (as root, or with sudo where it asks nothing; otherwise',
    'it prints the command), builds a small router out of them, boots it once in QEMU and keeps the booted',
    'state in ~/.cache/wwanlab/virtual, so that a virtual rig starts within seconds. Builds again only what',
    'has changed.',
  ],
  positionals: [],
  options: [
    { name: 'check', about: 'only say what is missing; install and build nothing' },
    { name: 'rebuild', about: 'build the guest again, also where nothing has changed' },
    json,
  ],
  examples: [{ type: 'wwanlab virtual setup', about: 'once, and after each upgrade of the system' }],
};

const virtualBoot: CommandSpec = {
  name: 'virtual boot',
  usage: '[--run COMMAND]',
  about: "start the virtual rigs' guest for a look around",
  details: [
    'Prints how to log in and how to plug a modem in, and keeps the guest until Ctrl-C. With --run it runs',
    'commands there instead, one after the other until one fails, and ends with the exit code of the last.',
  ],
  positionals: [],
  options: [
    { name: 'run', value: 'COMMAND', many: true, about: 'a line of shell for the guest; repeatable' },
  ],
  examples: [{ type: 'wwanlab virtual boot --run dmesg --run logread', about: 'what it is, what it says' }],
};

const virtualFirmware: CommandSpec = {
  name: 'virtual firmware',
  usage: 'FILE [options]',
  about: 'write an image that the virtual router can be flashed with',
  details: [
    'For rigs with `boot: u-boot`, by sysupgrade or over TFTP. It is the guest that `virtual setup` built, with',
    'another release in /etc/openwrt_release; the same options give the same bytes.',
  ],
  positionals: ['FILE'],
  options: [
    { name: 'release', value: 'RELEASE', about: 'DISTRIB_RELEASE; 2 by default, the rig starts with 1' },
    { name: 'revision', value: 'REVISION', about: 'DISTRIB_REVISION; r2-guest by default' },
    { name: 'board', value: 'BOARD', about: 'the board that it is for; wwanlab-guest by default' },
    json,
  ],
  examples: [
    { type: 'wwanlab virtual firmware /tmp/b.itb --release 2', about: 'something else than there is' },
  ],
};

/** The virtual rig. */
export const virtualCommands = [virtualSetup, virtualBoot, virtualFirmware] as const;
