import type { Ms } from '../../core/units.ts';

/** A firmware as data: what differs between stock GL.iNet of 2018, ROOter and vanilla OpenWrt, and nothing else. */
export interface Flavour {
  /** `glinet-2018` */
  readonly id: string;
  readonly title: string;
  readonly release: {
    readonly distribution: string;
    readonly version: string;
    readonly revision: string;
    readonly codename: string;
    readonly target: string;
    readonly arch: string;
    readonly description: string;
  };
  readonly kernel: string;
  /** Machine name from `uname -m`. */
  readonly machine: string;
  readonly busybox: string;
  /** /etc/glversion of GL.iNet's. */
  readonly glVersion?: string;
  /** Programs that its busybox was built without. */
  readonly busyboxLacks?: readonly string[];
  /** The `ubus call system board` of old releases lacks board_name. */
  readonly ubusHasBoardName: boolean;
  readonly packageManager: 'opkg' | 'apk';
  /** Names and versions; drivers bind only if their kmod is here (B2 of the field's package table). */
  readonly packages: Readonly<Record<string, string>>;
  readonly pppd: {
    readonly version: string;
    /** /etc/ppp/options of 15.05 and 17.01: `lcp-echo-failure 5`, `lcp-echo-interval 1`, not adaptive. */
    readonly echo: { readonly failures: number; readonly intervalMs: Ms; readonly adaptive: boolean };
    /** 2.5 renames the interface itself; 2.4 lets the kernel log `3g-modem: renamed from ppp0`. */
    readonly kernelRename: boolean;
    /** `Connect time …` and byte counts appear only after IPCP came up. */
  };
  readonly comgt: {
    /** The 3g handler asks AT+CGATT? of a Sierra modem up to ten times before it dials. */
    readonly waitsForAttach: boolean;
  };
  readonly firewall: 'fw3' | 'fw4';
  /** netifd's name of the modem's interface. */
  readonly modemInterface: string;
  /** How it is set to dial. */
  readonly modemProtocol: '3g' | 'qmi' | 'mbim';
  /** Extra lines that the firmware's own daemons write while a dial runs; `Info`, as in GL.iNet's repeater watchdog. */
  readonly dialChatter: readonly {
    readonly afterMs: Ms;
    readonly priority: string;
    readonly tag: string;
    readonly text: string;
  }[];
  /** Which names the board has: `gl-mifi` and `gl-mifi:green:lan` (ar71xx) or `glinet,gl-mifi` and `green:lan` (ath79). */
  readonly platform: 'ar71xx' | 'ath79';
  readonly hostname: string;
  /** The second line of /proc/version: compiler and build. */
  readonly kernelBuild: string;
  /** `/etc/init.d/X` knows `running`, `status`, `trace` and `info` (procd of 19.07 and later). */
  readonly hasServiceStatus: boolean;
  /** The `list interface` style: bridges are devices (21.02 and later) or a `type` of the interface. */
  readonly networkConfig: 'device' | 'ifname';
  /** Services with their place in /etc/rc.d; `daemon`: a process of it runs. */
  readonly services: readonly FlavourService[];
  /** Daemons as `ps w` shows them after boot. */
  readonly daemons: readonly {
    readonly pid: number;
    readonly user: string;
    readonly vsz: number;
    readonly command: string;
  }[];
  /** The logo of /etc/banner with its release line. */
  readonly banner: string;
  /** /etc/config files beside network, wireless and system, which are made from the options of the rig. */
  readonly config: Readonly<Record<string, string>>;
}

export interface FlavourService {
  readonly name: string;
  readonly start?: number;
  readonly stop?: number;
  readonly daemon?: boolean;
}
