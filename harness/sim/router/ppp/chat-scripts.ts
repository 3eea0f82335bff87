import type { ChatScript } from './chat.ts';

/** What the 3g handler puts into the environment of its script. */
export interface DialSettings {
  readonly apn: string;
  /** `*99***1#` by default: context 1, the way of TS 27.007 10.2.1.1. */
  readonly dialNumber?: string;
}

/** /etc/chatscripts/3g.chat of the comgt package with its variables filled in. Its SAY goes to stderr, not to the log. */
export function threeGChat(settings: DialSettings): ChatScript {
  return [
    { kind: 'abort', text: 'BUSY' },
    { kind: 'abort', text: 'NO CARRIER' },
    { kind: 'abort', text: 'ERROR' },
    { kind: 'report', text: 'CONNECT' },
    { kind: 'timeout', seconds: 10 },
    { kind: 'exchange', expect: '', send: 'AT&F' },
    { kind: 'exchange', expect: 'OK', send: 'ATE1' },
    { kind: 'exchange', expect: 'OK', send: `AT+CGDCONT=1,"IP","${settings.apn}"` },
    { kind: 'timeout', seconds: 30 },
    { kind: 'exchange', expect: 'OK', send: `ATD${settings.dialNumber ?? '*99***1#'}` },
    { kind: 'exchange', expect: 'CONNECT', send: ' ' },
  ];
}
