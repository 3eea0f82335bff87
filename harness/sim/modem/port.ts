/**
 * One serial function of the modem as the kernel's tty layer sees it. Bytes are delivered in a microtask, so neither
 * side ever runs inside the other's call.
 */
export interface ModemPort {
  readonly interfaceNumber: number;
  write(bytes: Uint8Array): void;
  /** One listener at a time; setting it replaces the one before. What arrives with nobody listening is dropped. */
  onBytes(f: ((bytes: Uint8Array) => void) | undefined): void;
  /** Data Terminal Ready: dropping it ends a data call and returns the port to command state (AT&D2, V.250 6.2.9). */
  setDtr(on: boolean): void;
  /** Called when the device goes away under the port (unplug, reset, power): pppd's `Modem hangup`. */
  onGone(f: (() => void) | undefined): void;
  /**
   * Called when Data Carrier Detect falls: the modem ended the data call (V.250 6.2.8, AT&C1). pppd takes it for a
   * hangup; without it, it waits for its own timers.
   */
  onCarrierLost?(f: (() => void) | undefined): void;
}
