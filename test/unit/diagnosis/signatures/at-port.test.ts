import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

const chat = (...lines: string[]): string =>
  [
    'daemon.notice pppd[7]: pppd 2.4.7 started by root, uid 0',
    ...lines.map((line) => `local2.info chat[8]: ${line}`),
    'daemon.err pppd[7]: Connect script failed',
  ].join('\n');

describe('AT ports', () => {
  it('F72: chat waits in vain before the dial', () => {
    expect(diagnosed(chat('send (AT&F^M)', 'expect (OK)', 'alarm', 'Failed'))).toMatchObject({
      rung: 'S3',
      faults: ['F72'],
    });
  });

  it('F70: chat waits in vain after the dial', () => {
    const d = diagnosed(
      chat('send (AT&F^M)', 'OK', 'send (ATD*99***1#^M)', 'expect (CONNECT)', 'alarm', 'Failed'),
    );
    expect(d).toMatchObject({ rung: 'S7', faults: ['F70'] });
  });

  it('F71: ERROR to the first command', () => {
    expect(
      diagnosed(chat('send (AT&F^M)', 'expect (OK)', 'ERROR', '-- failed', 'Failed (ERROR)')).faults,
    ).toEqual(['F71']);
  });

  it('F35: the port takes nothing', () => {
    expect(
      diagnosed(
        'netifd: wwan (9858): comgt 12:02:15 -> Error @118, line 9, Could not write to COM device. (1)',
      ).faults,
    ).toEqual(['F35']);
  });

  it('F37: ModemManager gives up', () => {
    expect(
      diagnosed(
        'daemon.err [3069]: <err> [modem0] port ttyUSB2 timed out 10 consecutive times, marking modem as invalid',
      ).faults,
    ).toEqual(['F37']);
  });

  it('does not take the abort list of chat for failures', () => {
    expect(
      diagnosed('local2.info chat[8]: abort on (ERROR)\nlocal2.info chat[8]: abort on (NO CARRIER)').faults,
    ).toEqual([]);
  });
});
