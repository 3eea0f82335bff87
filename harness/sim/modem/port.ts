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
  /**
   * Request to Send (V.24 circuit 105, as hardware flow control): while it is off, the modem hands over nothing and
   * takes no more packets from the network than its buffer holds. On at first.
   */
  setRts?(on: boolean): void;
}

/**
 * The control channel of a network function as the kernel's cdc-wdm carries it: one whole message (a QMUX frame, an
 * MBIM fragment) a call, both ways. What the modem has to say waits in a bounded queue until it is fetched.
 */
export interface ControlPort {
  readonly interfaceNumber: number;
  /** SEND_ENCAPSULATED_COMMAND (CDC WMC 1.1, 7.1). False: refused, which the host sees as a stall. */
  send(message: Uint8Array): boolean;
  /** GET_ENCAPSULATED_RESPONSE: the oldest message, taken out of the queue; undefined: none waits. */
  receive(): Uint8Array | undefined;
  /** Messages that wait. RESPONSE_AVAILABLE is due as long as it is above 0. */
  readonly waiting: number;
  /** Called each time a message joins the queue. One listener. */
  onReadable(f: (() => void) | undefined): void;
  /** Data Terminal Ready of the function (SET_CONTROL_LINE_STATE): MDM9x30 and later answer nothing without it. */
  setDtr(on: boolean): void;
  onGone(f: (() => void) | undefined): void;
}

/**
 * What one bulk transfer of a network function holds: an IP packet, an Ethernet frame, a transfer block of NCM 1.0, packets of
 * several channels (QMAP).
 */
export type LinkFraming = 'raw-ip' | 'ethernet' | 'ntb16' | 'qmap';

/**
 * The data channel of a network function, one bulk transfer a call. Downlink packets wait in a bounded queue: what
 * comes on top is dropped, as a modem's own buffer does when the host is slow.
 */
export interface NetworkPort {
  readonly interfaceNumber: number;
  /** It can change while the port is open: WDA Set Data Format on modems that have 802.3. */
  readonly framing: LinkFraming;
  /** Of the host's end, where the function has one (ECM, 802.3): `02:15:6f:00:00:01`. */
  readonly hostAddress: string | undefined;
  send(transfer: Uint8Array): void;
  /** The next bulk IN transfer, with as many datagrams as its framing packs; undefined: nothing waits. */
  receive(): Uint8Array | undefined;
  /** Called each time something joins the empty queue. One listener. */
  onReadable(f: (() => void) | undefined): void;
  /** Carrier, for functions that tell the host (ECM and MBIM NETWORK_CONNECTION). */
  readonly connected: boolean;
  onConnected(f: ((connected: boolean) => void) | undefined): void;
  onGone(f: (() => void) | undefined): void;
  /** Functions whose transfers are transfer blocks: what the host asks of their control interface about them. */
  readonly ncm?: NcmControl;
}

/** Class requests of NCM 1.0 (6.2), which MBIM functions answer too; addressed to the control interface. */
export interface NcmControl {
  /** @returns what an IN request answers, nothing (no bytes) for an OUT request that was taken; undefined: a stall */
  request(setup: NcmRequest, data: Uint8Array): Uint8Array | undefined;
  /** SET_INTERFACE on the data interface: alternate setting 0 puts everything back (NCM 1.0, 7.2). */
  selectAlternate(setting: number): void;
}

export interface NcmRequest {
  /** bRequest: `0x80` GET_NTB_PARAMETERS. */
  readonly request: number;
  readonly direction: 'in' | 'out';
  readonly value: number;
  /** wLength: at most so many bytes are answered. */
  readonly length: number;
}
