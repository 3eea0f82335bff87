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
  /** Those of them that the package manager has down as installed, and whose files are not there, or not for this kernel. */
  readonly unusable?: readonly string[];
  /** The lines that install, and that install again, packages whose names follow; left out where there is no package manager. */
  readonly install?: string | undefined;
  readonly reinstall?: string | undefined;
}

/** For people: which are missing, and which are only said to be there. */
export const describePackages = ({ packages, unusable = [] }: Lacking, between: string): string =>
  packages
    .map((name) =>
      unusable.includes(name)
        ? `${name} (installed, but what it brings is not there, or not for this kernel)`
        : name,
    )
    .join(between);
