import type { Setup } from '../../protocols/usb/setup.ts';
import type { EndpointLayout } from './layout.ts';
import type { Pipe } from './pipe.ts';

/** One function of the device: an interface, or two that belong together, with its endpoints. */
export interface FunctionOnBus {
  /** By bEndpointAddress. */
  readonly pipes: ReadonlyMap<number, Pipe>;
  /**
   * A class request to its interface.
   * @returns what an IN request answers, no bytes for an OUT request that was taken; undefined: a stall
   */
  request(setup: Setup, data: Uint8Array): Uint8Array | undefined;
  /** SET_INTERFACE was granted. */
  selectAlternate(interfaceNumber: number, alternate: number): void;
  /** Bus reset or another configuration: lines fall, what waits for the host is dropped. */
  reset(): void;
}

/** The endpoint of that type and direction: a function has one of each at most. */
export function endpointOf(
  endpoints: readonly EndpointLayout[],
  type: EndpointLayout['type'],
  direction: 'in' | 'out',
): number | undefined {
  const bit = direction === 'in' ? 0x80 : 0;
  return endpoints.find((end) => end.type === type && (end.address & 0x80) === bit)?.address;
}

/** By address, without those that the function lacks. */
export function pipesBy(
  ...pairs: readonly (readonly [address: number | undefined, pipe: Pipe])[]
): ReadonlyMap<number, Pipe> {
  const pipes = new Map<number, Pipe>();
  for (const [address, pipe] of pairs) if (address !== undefined) pipes.set(address, pipe);
  return pipes;
}
