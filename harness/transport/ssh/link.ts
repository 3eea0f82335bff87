import type { Client } from 'ssh2';
import type { Clock } from '../../core/clock.ts';
import type { Effect, HarnessError } from '../../core/errors.ts';
import type { Mutex } from '../mutex.ts';

/** What commands and streams share: the client, its health, and the right to open a channel. */
export interface Link {
  readonly name: string;
  readonly clock: Clock;
  readonly client: Client;
  /**
   * Held from the opening of a channel to its end (for streams: to its start). dropbear up to 2024.85 fails when channels
   * are opened in parallel or while another one is closing (mkj/dropbear issue 321).
   */
  readonly turn: Mutex;
  /** Why nothing can be sent any more, as it looks to a command that was not sent (`none`) or was (`unknown`). */
  fault(effect: Effect): HarnessError | undefined;
  /** An answer is due from now on, until the returned function is called. */
  watch(): () => void;
  /** Ends the connection at once. ssh2 then closes all channels, so that whoever waits is told. */
  break(error: HarnessError): void;
}
