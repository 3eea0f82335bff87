import type { Board } from './board.ts';
import { glMifi } from './gl-mifi.ts';

/** Hardware revision 2.5: the same board to software; another SIM holder, in which cards were put the wrong way round. */
export const glMifi25: Board = { ...glMifi, id: 'gl-mifi-2.5', macAddress: 'e4:95:6e:44:2a:15' };
