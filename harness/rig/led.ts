/** A lamp below /sys/class/leds. Source: Linux Documentation/leds/leds-class.rst. */
export interface Led {
  /** `gl-mifi:green:lan` (ar71xx) or `green:lan` (ath79). */
  readonly name: string;
  /** 0: dark. */
  readonly brightness: number;
  /** What the kernel switches it by: `none`, `netdev`, `timer` … */
  readonly trigger: string;
  readonly triggers: readonly string[];
}

/** A trigger decides from then on; a brightness ends a trigger only where it is 0. */
export type LedChange = { readonly trigger: string } | { readonly brightness: number };
