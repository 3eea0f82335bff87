import { cause, seen, type Signature } from '../signature.ts';
import { STARTING } from './data-session.ts';

/** umbim gets no answer. */
export const mbimControl: readonly Signature[] = [
  {
    fault: 'F36',
    title: 'the modem does not answer MBIM messages (netifd may call it PIN_FAILED: it is not the PIN)',
    rung: 'S3',
    settles: false,
    causes: [
      cause(
        'the modem is still starting',
        'umbim -d /dev/cdc-wdm0 -n caps twice, 30 s apart',
        "option delay '30'",
      ),
      cause(
        'the session of an earlier umbim is still open',
        'umbim -d /dev/cdc-wdm0 -n disconnect, then caps',
        'unbind and bind cdc_mbim',
      ),
      cause('another program has the control node', 'fuser -v /dev/cdc-wdm0', 'leave one owner'),
      cause('the modem has hung', 'only a power cut helps', 'newer modem firmware'),
    ],
    match: seen(/mbim message timeout|Failed to read modem caps|mbim message not long enough.*caps/i, {
      confidence: 'certain',
      before: STARTING,
      overcomeAt: 'S6',
    }),
  },
];
