import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('registration', () => {
  it.each([
    'netifd: 4G (2506): Network registration failed, registration timeout reached',
    'netifd: wwan (1): mbim[1] Subscriber registration failed (code 2)',
    '+CEREG: 0,2\n+CREG: 0,2\n+CEREG: 0,2',
    '+CEREG: 1,2',
    '{"registration": "searching"}',
    '+QENG: "servingcell","SEARCH"',
  ])('F57, cause open: %s', (text) => {
    expect(diagnosed(text)).toMatchObject({ rung: 'S6', abstains: true, faults: ['F57'] });
  });

  it.each([
    "netifd: wwan (9080): Network registration failed (reason: 'registering_denied')",
    'netifd: wwan (1):   registerstate: 0006 - denied\nnetifd: wwan (1): mbim[1] Subscriber registration failed (code 6)',
    '+CEREG: 2,3\n+CGREG: 2,3',
    'verbose call end reason (3,1029): [cm] emm-attach-failed',
  ])('F58: %s', (text) => {
    expect(diagnosed(text)).toMatchObject({ rung: 'S6', abstains: false, faults: ['F58'] });
  });

  it.each([4, 5])('F59: the router refuses roaming (code %d)', (code) => {
    expect(
      diagnosed(`netifd: wwan (3953): mbim[3953] Subscriber registration failed (code ${code})`),
    ).toMatchObject({
      rung: 'S6',
      abstains: false,
      faults: ['F59'],
    });
  });

  it('F60: CREG 3 with CEREG 1 is a healthy data-only SIM', () => {
    const d = diagnosed('+CREG: 2,3\n+CGREG: 2,1,"2616","DDAEA01",7\n+CEREG: 2,1,"2616","DDAEA01",7');
    expect(d).toMatchObject({ subject: 'healthy', rung: null, faults: ['F60'] });
  });

  it('F60 is not raised by a modem that is still searching at first', () => {
    const d = diagnosed('AT+CREG?\n+CREG: 0,2\n\nOK\nAT+CEREG?\n+CEREG: 0,1\n\nOK');
    expect(d.faults).toEqual([]);
  });

  it('F61: ten dots are ten times not attached', () => {
    const dots = Array.from(
      { length: 9 },
      () => 'Sun Nov 22 09:46:20 2026 daemon.notice netifd: wwan (8937): .',
    ).join('\n');
    expect(diagnosed(dots)).toMatchObject({ rung: 'S6', abstains: true, faults: ['F61'] });
  });

  it('forgets a search that ended well', () => {
    expect(diagnosed('+CEREG: 0,2\n+CEREG: 0,1').faults).toEqual([]);
  });
});
