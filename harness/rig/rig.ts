import type { Ctx } from '../core/ctx.ts';
import type { Capability } from './capability.ts';
import type { Console } from './console.ts';
import type { MeetAgain } from './known-router.ts';
import type { Modem } from './modem.ts';
import type { PowerSwitch } from './power.ts';
import type { RemoteLog } from './remote-log.ts';
import type { Router } from './router.ts';
import type { TftpRescue } from './tftp-rescue.ts';
import type { UndoJournal } from './undo.ts';

export type RigKind = 'sim' | 'virtual' | 'lab';

/** Router, modem, SIM and what holds them: all that a suite may touch. */
export interface Rig {
  readonly id: string;
  /** What to type for it: its id, or the path of its file where that is in no folder of rigs. */
  readonly name: string;
  readonly kind: RigKind;
  readonly title: string;
  /** What /tmp/sysinfo/board_name has to say, where the rig file names it. */
  readonly boardName?: string;
  readonly has: ReadonlySet<Capability>;
  readonly router: Router;
  readonly modem: Modem;
  /** A climb may open the modem's FCC lock. */
  readonly fccUnlock?: boolean;
  /** The router's serial console, where one is wired. */
  readonly console?: Console;
  /** The router's log over the network, where the rig file asks for it. */
  readonly remoteLog?: RemoteLog;
  /** Cuts the router's supply, and with it the modem's. */
  readonly power?: PowerSwitch;
  /** Cuts the modem's supply alone. */
  readonly modemPower?: PowerSwitch;
  /** How its boot loader gets an image onto it, where a TFTP server is beside it. */
  readonly tftpRescue?: TftpRescue;
  /** Where its host key is pinned in a file of ours. */
  readonly meetAgain?: MeetAgain;
  /** What the rig file says about the data connection. */
  readonly connection: Connection;
  /** Where a change outlives the process: a simulated or virtual rig ends with it, and there is nothing to undo. */
  readonly undo?: UndoJournal;
  /** Aborts when this process loses its right to the rig; where it can't, it is left out. */
  readonly lost?: AbortSignal;
  close(): Promise<void>;
}

export interface Connection {
  /** netifd's name of the modem's interface: `modem` on GL.iNet, `wan1` on ROOter, `wwan` elsewhere. */
  readonly interfaceName: string;
  /**
   * Asks the router which one it is, where the rig file leaves it open: other settings have another.
   * @throws HarnessError `rig.many-modem-interfaces`
   */
  locate?(ctx: Ctx): Promise<void>;
  readonly apn: string;
  /** An address behind the mobile network that answers ping. */
  readonly probeHost: string;
}
