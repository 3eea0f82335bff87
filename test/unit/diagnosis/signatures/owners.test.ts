import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

const timeouts = `
Fri Aug 16 18:43:06 2024 daemon.notice netifd: 5g (4178): Request timed out
Fri Aug 16 18:43:06 2024 daemon.notice netifd: 5g (4178): "Failed to connect to service"
Fri Aug 16 18:43:12 2024 daemon.notice netifd: 5g (4178): SIM in illegal state - Power-cycling SIM`;

describe('two programs on one modem', () => {
  it('F30 explains the time-outs and the illegal SIM state', () => {
    const d = diagnosed(`${timeouts}
Fri Aug 16 18:43:37 2024 daemon.info [5840]: <inf> [modem0] SIM hot swap setup succeeded
Fri Aug 16 18:43:37 2024 daemon.notice [5840]: <msg> [modem0] state changed (unknown -> disabled)${timeouts}`);
    expect(d).toMatchObject({ rung: 'S3', abstains: false, faults: ['F30'] });
  });

  it('is not F30 with one program alone', () => {
    expect(diagnosed(timeouts).faults).toEqual(['F32']);
  });
});
