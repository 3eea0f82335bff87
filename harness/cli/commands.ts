import { firmwareCommands } from './specs/firmware.ts';
import { modemCommands } from './specs/modem.ts';
import { rigsCommands } from './specs/rigs.ts';
import { routerCommands } from './specs/router.ts';
import { runsCommands } from './specs/runs.ts';
import { virtualCommands } from './specs/virtual.ts';

/** All commands, in the order in which help lists them. */
export const commands = [
  ...runsCommands,
  ...rigsCommands,
  ...routerCommands,
  ...firmwareCommands,
  ...modemCommands,
  ...virtualCommands,
] as const;
