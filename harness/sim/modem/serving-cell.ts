import type { Cell } from '../network/network.ts';
import type { Runtime } from './runtime.ts';
import { isRadioOn } from './state.ts';

/** The cell that the modem camps on, with its signal of now; undefined: no service, or the radio is off. */
export function servingCell(runtime: Runtime): Cell | undefined {
  const { cell } = runtime.state.registration;
  if (!cell || !isRadioOn(runtime.state)) return undefined;
  return runtime.network.cell ?? cell;
}
