import type { Builtin } from './builtin.ts';
import { flowBuiltins } from './flow.ts';
import { jobBuiltins } from './jobs.ts';
import { outputBuiltins } from './output.ts';
import { variableBuiltins } from './variables.ts';

/** Every builtin of the shell by name. `kill` is left to the program of that name: it does the same. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(
  Object.entries({
    ...flowBuiltins,
    ...variableBuiltins,
    ...outputBuiltins,
    ...jobBuiltins((name) => builtins.has(name)),
  }),
);
