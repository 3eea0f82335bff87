/** What the rig file says about the router's connection; it becomes /etc/config/network. */
export interface NetworkSettings {
  /** The flavour's own name for it if left out. */
  readonly interfaceName?: string;
  readonly apn: string;
  readonly username?: string;
  readonly password?: string;
  /** Given to a card that asks for its PIN. */
  readonly pincode?: string;
  /** `option keepalive '5 1'`: echo failures and interval in seconds. */
  readonly keepalive?: string;
  /** `/dev/ttyUSB2` */
  readonly device?: string;
  /** False: `option auto '0'`, netifd leaves it down at boot. */
  readonly auto?: boolean;
}
