import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';
import { XMLParser } from 'fast-xml-parser';

import { onlyRun, readTimelineFile, temporaryFolder, wwanlab } from '../support/cli.ts';

interface Planted {
  readonly rig: string;
  readonly suite: string;
  readonly rung: string;
  /** What the log of the run must show, as a signature's id. */
  readonly fault: string;
  /** The verdict's code, where the fault alone does not tell verdicts apart. */
  readonly code?: string;
  /** The fault that was planted must have bitten, or the verdict means nothing. */
  readonly bites?: string;
}

const planted: readonly Planted[] = [
  { rig: 'sim-planted-sim-not-seated', suite: 'connect/ppp', rung: 'S4', fault: 'F40' },
  { rig: 'sim-planted-no-registration', suite: 'connect/ppp', rung: 'S6', fault: 'F57' },
  { rig: 'sim-planted-wrong-apn', suite: 'connect/ppp', rung: 'S7', fault: 'F70' },
  { rig: 'sim-planted-echo-lost', suite: 'stability/soak', rung: 'S10', fault: 'F90', bites: 'echo.lost' },
  {
    rig: 'sim-planted-drop-on-reload',
    suite: 'stability/firewall-reload',
    rung: 'S10',
    // The log shows echoes that are lost; that the reload loses them is the trial's finding, not the log's.
    fault: 'F90',
    code: 'holding.drops-on-disturbance',
    bites: 'reload.starve',
  },
];

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('a planted fault', () => {
  it.each(planted)('on $rig fails $suite at $rung and is named $fault', async (plan) => {
    const out = join(folder.path, plan.rig);
    const result = await wwanlab(['run', '--rig', plan.rig, '--suite', plan.suite, '--out', out, '--json']);
    expect({ exitCode: result.exitCode, stderr: result.stderr }).toMatchObject({ exitCode: 1 });
    const summary = JSON.parse(result.stdout) as {
      verdicts: { outcome: string; rung: string; blame?: string }[];
    };
    expect(summary.verdicts).toMatchObject([
      {
        outcome: 'fail',
        blame: 'dut',
        rung: plan.rung,
        ...(plan.code === undefined ? {} : { code: plan.code }),
      },
    ]);

    const run = onlyRun(out);
    const junit = new XMLParser({ ignoreAttributes: false }).parse(
      readFileSync(join(run, 'junit.xml'), 'utf8'),
    ) as {
      testsuites: { '@_failures': string; '@_errors': string };
    };
    expect(junit.testsuites).toMatchObject({ '@_failures': '1', '@_errors': '0' });

    const diagnosed = await wwanlab(['diagnose', run, '--json']);
    const diagnosis = JSON.parse(diagnosed.stdout) as { subject: string; causes: { fault: string }[] };
    expect(diagnosis.subject).toBe('modem');
    expect(diagnosis.causes.map((cause) => cause.fault)).toContain(plan.fault);

    const bites = readTimelineFile(run).filter(
      (event) => event.source === 'fault' && event.kind === plan.bites,
    );
    expect(bites.length > 0).toBe(plan.bites !== undefined);
  });

  it('in the SIM slot leaves the dial that the seed thread shows', async () => {
    const run = onlyRun(join(folder.path, 'sim-planted-sim-not-seated'));
    const log = readTimelineFile(run)
      .filter(({ source, kind }) => source === 'router.log' && kind === 'line')
      .map((event) => (event.data as { line: string }).line.replace(/^.{24} \S+ /, ''));
    const told = log.map((line) => line.replace(/\[\s*[\d.]+\]/g, '[]').replace(/\(\d+\)/g, '()'));
    const seed = [
      "netifd: Interface 'modem' is setting up now",
      'netifd: modem ():',
      'pppd[]: pppd 2.4.7 started by root, uid 0',
      'chat[]: abort on (BUSY)',
      'chat[]: send (ATD*99***1#^M)',
      'chat[]: CONNECT',
      'pppd[]: Serial connection established.',
      'kernel: [] 3g-modem: renamed from ppp0',
      'pppd[]: Using interface 3g-modem',
      'pppd[]: Connect: 3g-modem <--> /dev/ttyUSB2',
      'pppd[]: CHAP authentication succeeded',
      'pppd[]: No response to 5 echo-requests',
      'pppd[]: Serial link appears to be disconnected.',
      'pppd[]: Connection terminated.',
      'pppd[]: Modem hangup',
      'pppd[]: Exit.',
      "netifd: Interface 'modem' is now down",
    ];
    expect(inOrder(told, seed)).toEqual(seed);
    expect(told.join('\n')).not.toContain('local  IP address');
  });
});

/** Those of `wanted` that stand in `lines` in that order. */
function inOrder(lines: readonly string[], wanted: readonly string[]): string[] {
  const found: string[] = [];
  for (const line of lines) if (line.trimEnd() === wanted[found.length]) found.push(line.trimEnd());
  return found;
}
