/** What a way of dialling needs on the router. */
export interface DialNeeds {
  /** netifd's protocol: `3g`, `qmi` …; `at`: no dialling, AT alone. */
  readonly protocol: string;
  /** Drivers of Linux: `qcserial`, `qmi_wwan` … */
  readonly drivers: readonly string[];
}

/** What of it the router lacks. */
export interface Lacking {
  /** By their names in OpenWrt's feeds. */
  readonly packages: readonly string[];
  /** The line that installs packages whose names follow it; left out where the firmware has no package manager. */
  readonly install?: string | undefined;
}
