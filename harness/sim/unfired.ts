import { HarnessError } from '../core/errors.ts';
import { formatMs } from '../core/units.ts';
import type { Fault, FaultKind, FaultMoment } from './faults.ts';

/** A fault that was to bite and never did. */
export interface Unfired {
  readonly fault: Fault;
  /** What was found, or did not come, in its place. */
  readonly found: string;
}

/** What a fault waits for once its moment has come, as what is said where it waited in vain. */
export const occasions: Readonly<Record<FaultKind, string>> = {
  'sim.not-seated': 'the card slot was not read',
  'sim.remove': 'no card was in the slot',
  'sim.insert': 'the slot took no card',
  'cell.lost': 'the modem asked for no network',
  'registration.deny': 'the modem asked for no network',
  'bearer.drop': 'no data session was there to be dropped',
  latency: 'no packet went to the internet',
  loss: 'no packet was lost',
  'usb.disconnect': 'the modem was not on USB',
  brownout: 'the modem did not transmit',
  crash: 'the modem was not running',
  stall: 'the modem was not running',
  'at.silent': 'no AT command came',
  'echo.lost': 'no LCP echo came',
  'qmi.silent': 'no QMI message came',
  'mbim.silent': 'no MBIM message came',
  'reload.starve': 'no firewall reload was hit',
  'port.held': "no program of the router's opened the port",
  'ssh.die': 'so many commands did not come',
  'ssh.hang': 'so many commands did not come',
};

export function momentNotCome({ afterMs, event }: FaultMoment): string {
  const moment = `its moment did not come: ${formatMs(afterMs)} after`;
  return event === undefined ? `${moment} the start` : `${moment} the modem's first ${event}`;
}

/** What a deed throws that finds nothing to do as the modem comes on. */
export function tooEarly({ fault: { kind }, found }: Unfired): HarnessError {
  return new HarnessError(`${kind} can do nothing as the modem comes on: ${found}`, {
    code: 'fault.idle',
    blame: 'test',
    effect: 'none',
    hint: `say when it is to come: "${kind} after 5s of bearer.up"`,
  });
}

/** What ends a test, or `modem serve`, in which these did not bite. */
export function neverFired(unfired: readonly Unfired[]): HarnessError {
  const list = unfired.map(({ fault, found }) => `${fault.kind} (${found})`).join(', ');
  return new HarnessError(`planned and never happened: ${list}`, {
    code: 'fault.never-fired',
    blame: 'test',
    effect: 'none',
    hint: 'give it a moment at which there is something to bite (`when` in a rig file), or leave it out',
    data: unfired.map(({ fault }) => fault),
  });
}
