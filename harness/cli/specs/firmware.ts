import { json, type CommandSpec } from '../spec.ts';
import { wait } from '../wait.ts';

const flash: CommandSpec = {
  name: 'flash',
  usage: 'RIG IMAGE | RIG --back',
  about: "put a firmware image onto a rig's router, by its own sysupgrade",
  details: [
    "IMAGE is a file (also ROOter's zip), or the beginning of its SHA-256 in the catalogue. Proves the board,",
    'saves the settings, uploads, lets the router check the image, writes it, and waits for a new boot that runs',
    "the image's release. Settings are kept within a flavour (GL.iNet's, ROOter's, OpenWrt) and dropped between",
    'two. Not written again where it runs already. Ends with 0 when it is proven to run, otherwise with 2: the',
    'stage, the state of the router, and what to type next are said. A lab rig is in quarantine then, until',
    '`rigs check` passes.',
    '--back takes the very image that was flashed from here before the last one. What was put on by other means',
    'is known by its release alone: the only image of it in the catalogue is taken then, and that is said.',
  ],
  positionals: ['RIG'],
  optional: ['IMAGE'],
  options: [
    { name: 'back', about: 'return to what ran before the last flash, from the catalogue' },
    { name: 'keep-settings', about: 'keep the settings, also between flavours' },
    { name: 'drop-settings', about: 'drop the settings (sysupgrade -n)' },
    { name: 'again', about: 'write it also where it runs already' },
    { name: 'sha256', value: 'HEX', about: 'what the file must have' },
    wait,
    json,
  ],
  examples: [
    { type: 'wwanlab flash lab/shelf-3.rig.yaml openwrt-23.05.5-sysupgrade.bin', about: 'a release' },
    { type: 'wwanlab flash lab/shelf-3.rig.yaml --back', about: 'the one before' },
  ],
};

const firmwareAdd: CommandSpec = {
  name: 'firmware add',
  usage: 'FILE [options]',
  about: 'keep a firmware image in the catalogue, under its SHA-256',
  details: [
    'What the image says of itself (board, release) is read from it. Older ones say nothing: then name it here,',
    'so that a flash can be proven and `flash --back` finds it.',
  ],
  positionals: ['FILE'],
  options: [
    { name: 'sha256', value: 'HEX', about: 'what the file must have' },
    { name: 'board', value: 'BOARD', many: true, about: 'a board that it is for; repeatable' },
    { name: 'distribution', value: 'NAME', about: 'OpenWrt, GL.iNet, ROOter' },
    { name: 'release', value: 'RELEASE', about: 'DISTRIB_RELEASE: 19.07.10' },
    { name: 'revision', value: 'REVISION', about: 'DISTRIB_REVISION: r11427-9ce6aa9d8d' },
    json,
  ],
  examples: [
    {
      type: 'wwanlab firmware add rooter.zip --board gl-mifi --release 19.07',
      about: 'the image in it, and what it is',
    },
  ],
};

const firmwareList: CommandSpec = {
  name: 'firmware list',
  usage: '[--json]',
  about: 'show the firmware images in the catalogue',
  details: ['They lie in ~/.local/share/wwanlab/firmware, or where WWANLAB_FIRMWARE says.'],
  positionals: [],
  options: [json],
  examples: [{ type: 'wwanlab firmware list', about: 'by name, with board and release' }],
};

/** Images, and routers that get one. */
export const firmwareCommands = [flash, firmwareAdd, firmwareList] as const;
