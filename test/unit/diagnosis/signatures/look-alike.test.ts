import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('look-alikes', () => {
  it('F109: PPPoE, whatever its pppd says', () => {
    const d = diagnosed(`pppd[25950]: No response to 5 echo-requests
pppd[25950]: Serial link appears to be disconnected.
pppd[25950]: Connect time 66.0 minutes.
netifd: Network device 'pppoe-wan' link is down`);
    expect(d).toMatchObject({ subject: 'not-a-modem', rung: null, abstains: true, faults: ['F109'] });
  });

  it('F108: a WiFi client named wwan', () => {
    const d = diagnosed(`netifd: Network device 'wlan1' link is down
netifd: Interface 'wwan' has link connectivity loss
netifd: wwan (3246): udhcpc: received SIGTERM
netifd: Interface 'wwan' is now down`);
    expect(d).toMatchObject({ subject: 'not-a-modem', faults: ['F108'] });
  });

  it('keeps the modem as the subject when both are in one log', () => {
    const d = diagnosed(`netifd: 4G (2506): Network registration failed, registration timeout reached
netifd: Interface '4G' is now down
netifd: Network device 'wlan1' link is down
netifd: Interface 'wwan' is now down`);
    expect(d).toMatchObject({ subject: 'modem', rung: 'S6', faults: ['F57'] });
    expect(d.normal.some(({ why }) => why.includes('WiFi client'))).toBe(true);
  });

  it('calls a text about nothing of the kind not a modem', () => {
    expect(diagnosed('Dear diary,\ntoday it rained.')).toMatchObject({
      subject: 'not-a-modem',
      rung: null,
      abstains: true,
    });
  });
});
