import type { Applet } from '../machine.ts';
import { openInputs } from './inputs.ts';
import { parseOptions } from './options.ts';

/** Source: busybox coreutils/cat.c. */
export const cat: Applet = async (process) => {
  const options = parseOptions(process, 'u', '[FILE]...');
  if (!options) return 1;
  let status = 0;
  for await (const { input } of openInputs(process, options.operands, () => (status = 1))) {
    for await (const piece of input.pieces()) process.out(piece);
  }
  return status;
};
