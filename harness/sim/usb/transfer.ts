/** How a transfer ended. `invalid`: there is no such endpoint in this configuration. */
export type TransferStatus = 'ok' | 'stall' | 'cancelled' | 'babble' | 'invalid' | 'failed';

/** One transfer on an endpoint other than 0, as the host's controller asks for it: one URB. */
export interface Transfer {
  /** bEndpointAddress: 0x80 set for IN. */
  readonly endpoint: number;
  /** OUT: what goes to the device. IN: empty. */
  readonly data: Uint8Array;
  /** IN: at most so many bytes. */
  readonly length: number;
  /** Called once. IN: with what the device sent. */
  done(status: TransferStatus, data: Uint8Array): void;
}

export const noBytes = new Uint8Array(0);
