import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe("what wwanlab wrote itself into a run's logs", () => {
  it('is no evidence, whatever it quotes', () => {
    const d = diagnosed(`# desk connects over QMI (connect/qmi, repetition 1)
     0.203 rung {"rung":"S3","reached":false,"seen":"the modem does not answer qmicli on /dev/cdc-wdm0"}
   120.004 rung {"rung":"S7","reached":false,"seen":"SIM in illegal state - Power-cycling SIM"}
   121.000 test.end {"outcome":"fail","message":"S4 not reached: +CME ERROR: SIM not inserted","rung":"S4"}
     0.000 exec {"command":"uqmi -s -d /dev/cdc-wdm0 --get-pin-status"}
     9.000 at.tx {"port":3,"lines":[],"final":"+CME ERROR: SIM not inserted"}`);
    expect(d).toMatchObject({ faults: [], abstains: true });
    expect(d.caveats).toEqual([expect.stringContaining('give the directory of the run')]);
  });

  it('is told from what the router and the modem said', () => {
    const router = `# desk connects over PPP (connect/ppp, repetition 1)
     7.776 line Mon Jan  5 08:00:07 2026 local2.info chat[3960]: expect (OK)
    17.776 line Mon Jan  5 08:00:17 2026 local2.info chat[3960]: alarm`;
    expect(diagnosed(router).faults).toEqual(['F72']);
    const modem = '     0.435 reply {"final":"+CME ERROR: SIM not inserted","lines":[]}';
    expect(diagnosed(modem).faults).toEqual(['F40']);
    expect(diagnosed('+CME ERROR: SIM not inserted').caveats).toEqual([]);
  });
});
