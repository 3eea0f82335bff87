import type { Board } from './board.ts';
import { glMifi } from './gl-mifi.ts';

/** Hardware revision 2.2. */
export const glMifi22: Board = { ...glMifi, id: 'gl-mifi-2.2' };
