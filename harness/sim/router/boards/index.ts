import { HarnessError } from '../../../core/errors.ts';
import type { Board } from './board.ts';
import { glMifi22 } from './gl-mifi-2.2.ts';
import { glMifi25 } from './gl-mifi-2.5.ts';

/** All boards by id. */
export const boards: Readonly<Record<string, Board>> = Object.fromEntries(
  [glMifi22, glMifi25].map((board) => [board.id, board]),
);

/** @throws `sim.unknown-board` */
export function boardById(id: string): Board {
  const board = boards[id];
  if (board) return board;
  throw new HarnessError(`no simulated board is called "${id}"`, {
    code: 'sim.unknown-board',
    blame: 'test',
    effect: 'none',
    hint: `known boards: ${Object.keys(boards).join(', ')}`,
  });
}
