/** A router as a piece of hardware: what /proc, /sys and the device tree tell about it. */
export interface Board {
  /** `gl-mifi-2.2` */
  readonly id: string;
  /** `/tmp/sysinfo/model` on ar71xx. */
  readonly model: string;
  /** `/tmp/sysinfo/board_name` under ar71xx (`gl-mifi`) and under ath79 (`glinet,gl-mifi`). */
  readonly boardName: { readonly ar71xx: string; readonly ath79: string };
  /** `ubus call system board`, "system": the SoC. */
  readonly system: string;
  readonly memoryKb: number;
  readonly flashKb: number;
  /** USB path of the mini-PCIe slot's port, `1-1.2`. */
  readonly modemPath: string;
  /** Names below /sys/class/leds, under ar71xx and under ath79. */
  readonly leds: { readonly ar71xx: readonly string[]; readonly ath79: readonly string[] };
  /** Exported GPIOs below /sys/class/gpio with their value at boot. */
  readonly gpios: Readonly<Record<string, '0' | '1'>>;
  readonly macAddress: string;
}
