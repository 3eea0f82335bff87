import { describeRung, type Rung } from '../core/ladder.ts';
import { formatMs, type Ms } from '../core/units.ts';
import type { Finding } from './verdict.ts';

/** A rung of the connect ladder as a check saw it. */
export interface SeenRung {
  readonly rung: Rung;
  readonly reached: boolean;
  readonly seen: string;
}

/** A climb of the ladder, from the bottom up. */
export interface SeenClimb {
  readonly rungs: readonly SeenRung[];
  /** From `ifup` to the first answered ping. */
  readonly timeToConnectMs?: Ms | undefined;
}

/** What to look at next, by the rung that was not reached. */
const HINTS: Record<Rung, string> = {
  S0: 'look at the supply and the console; the boot log tells why it restarts',
  S1: 'lsusb on the router; the same card in a USB adapter on a PC',
  S2: 'cat /sys/kernel/debug/usb/devices: Driver=(none) names the interface without a driver',
  S3: 'ATI on each ttyUSB; who else has the port open (fuser)?',
  S4: 'AT+CPIN? says why; take the SIM out, look at the way it lies, put it back, AT!RESET or AT+CFUN=1,1',
  S5: 'AT+CFUN? and AT!PCINFO?: the voter that is 1 holds the radio down',
  S6: 'AT+CEREG?, AT+COPS?, AT+CSQ, AT+CEER; another SIM here, this SIM elsewhere',
  S7: 'AT+CGDCONT? and AT+CGATT?; the APN of this plan; wwanlab diagnose on the log',
  S8: 'ifstatus, ip route and ip -s link on the router',
  S9: 'ping by another host, RX counters; is it the probe host or the session?',
  S10: 'wwanlab diagnose on the run directory',
};

/** A card that is locked lies well: what to do, by what was seen of it. */
const LOCKED: Readonly<Record<string, string>> = {
  'SIM pin':
    'the router has no PIN for it, or a wrong one: uci set network.IFACE.pincode=PIN; each wrong one costs one of three tries',
  'SIM puk':
    'three wrong PINs locked it: AT+CPIN="PUK","new PIN", with the PUK of its contract; ten wrong ones end the card',
};

/** Passes when S9 was reached; otherwise names the first rung that was not. */
export function judgeConnect(climb: SeenClimb): Finding {
  const missed = climb.rungs.find((result) => !result.reached);
  if (missed) {
    return {
      outcome: 'fail',
      message: `${describeRung(missed.rung)} not reached: ${missed.seen}`,
      rung: missed.rung,
      blame: 'dut',
      code: `connect.${missed.rung.toLowerCase()}-not-reached`,
      hint: (missed.rung === 'S4' ? LOCKED[missed.seen] : undefined) ?? HINTS[missed.rung],
    };
  }
  const last = climb.rungs.at(-1);
  if (last?.rung !== 'S9') {
    const got = last ? `it stopped after ${describeRung(last.rung)}` : 'no rung was looked at';
    return { outcome: 'inconclusive', message: `the ladder was not climbed to its end: ${got}` };
  }
  const took = climb.timeToConnectMs;
  if (took === undefined) return { outcome: 'pass', message: 'online: all rungs from S0 to S9 reached' };
  return {
    outcome: 'pass',
    message: `online ${formatMs(took)} after ifup: all rungs from S0 to S9 reached`,
    measures: [{ name: 'time to connect', value: took / 1_000, unit: 's' }],
  };
}
