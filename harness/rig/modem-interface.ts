/** An interface of netifd that a modem is behind. */
export interface ModemInterface {
  /** `modem` on GL.iNet, `wan1` on ROOter, `wwan` elsewhere. */
  readonly name: string;
  /** `3g`, `qmi`, `mbim`, `dhcp` … */
  readonly proto: string;
  readonly device?: string;
  readonly disabled: boolean;
}
