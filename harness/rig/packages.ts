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

/** The line that brings all of it, with each package once; undefined where there is no package manager. */
export function installLine(...all: readonly Lacking[]): string | undefined {
  const unusable = new Set(all.flatMap(({ unusable: names = [] }) => names));
  const missing = namesIn(all).filter((name) => !unusable.has(name));
  const { install, reinstall } = all.find((one) => one.install !== undefined) ?? {};
  if (install === undefined) return undefined;
  return [
    ...(missing.length > 0 ? [`${install} ${missing.join(' ')}`] : []),
    ...(unusable.size > 0 ? [`${reinstall} ${[...unusable].join(' ')}`] : []),
  ].join('; ');
}

/** How they get onto the router, for people. */
export function howToInstall(...all: readonly Lacking[]): string {
  const line = installLine(...all);
  if (line !== undefined) return `on the router, while it is online, type: ${line}`;
  const names = namesIn(all).join(' ');
  return `this firmware has no package manager: flash an image with them built in, or build its own anew with them (OpenWrt's image builder: make image PACKAGES="${names}")`;
}

const namesIn = (all: readonly Lacking[]): readonly string[] => [
  ...new Set(all.flatMap(({ packages }) => packages)),
];
