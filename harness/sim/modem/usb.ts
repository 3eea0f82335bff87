/** The modem's present USB identity: what the kernel of the router would read from its descriptors. */
export interface UsbIdentity {
  /** Four hexadecimal digits, lower case. */
  readonly vendorId: string;
  readonly productId: string;
  /** As printed by the kernel: `0.06`, `3.18`. */
  readonly bcdDevice: string;
  readonly manufacturer: string;
  readonly product: string;
  readonly serialNumber: string | undefined;
  readonly maxPowerMa: number;
  readonly interfaces: readonly UsbFunction[];
}

/** What of its descriptors a user can have rewritten (AT!USBVID, AT!USBPID, AT!USBPRODUCT); left out: as it is sold. */
export interface UsbNames {
  readonly vendorId?: string;
  readonly productId?: string;
  readonly bootProductId?: string;
  readonly product?: string;
}

export interface UsbFunction {
  readonly number: number;
  /** Hexadecimal, two digits each: class, subclass, protocol. */
  readonly class: string;
  readonly subclass: string;
  readonly protocol: string;
  readonly endpoints: number;
  /** What the function is for; decides which kernel driver of the router takes it. */
  readonly role:
    | 'diag'
    | 'nmea'
    | 'at'
    | 'modem'
    | 'qmi'
    | 'mbim-control'
    | 'mbim-data'
    | 'ecm-control'
    | 'ecm-data'
    | 'rndis-control'
    | 'rndis-data';
}
