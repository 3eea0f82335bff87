import { describe, expect, it } from '@jest/globals';

import type { TimelineEvent } from '../../../harness/core/timeline.ts';
import { diagnoseTimeline } from '../../../harness/diagnosis/index.ts';

/** Events a second apart, numbered from 10. */
function timeline(...events: readonly [TimelineEvent['source'], string, unknown][]): TimelineEvent[] {
  return events.map(([source, kind, data], i) => ({ seq: 10 + i, at: i * 1_000, source, kind, data }));
}

const rung = (name: string, reached: boolean, seen: string): [TimelineEvent['source'], string, unknown] => [
  'check',
  'rung',
  { rung: name, reached, seen },
];
const log = (line: string): [TimelineEvent['source'], string, unknown] => ['router.log', 'line', { line }];

describe('diagnosis of a run', () => {
  it('cites events by seq, and takes the first missed rung from the checks', () => {
    const d = diagnoseTimeline(
      timeline(
        rung('S3', true, 'Sierra MC7455'),
        ['at', 'command', { command: 'AT+CPIN?' }],
        ['at', 'reply', { command: 'AT+CPIN?', lines: [], final: '+CME ERROR: SIM not inserted' }],
        rung('S4', false, 'SIM absent'),
        log('Tue Mar  3 08:10:32 2026 daemon.notice pppd[1]: pppd 2.4.7 started by root, uid 0'),
        log('Tue Mar  3 08:10:34 2026 daemon.notice pppd[1]: Connect: 3g-wwan <--> /dev/ttyUSB2'),
        log('Tue Mar  3 08:10:35 2026 daemon.notice pppd[1]: CHAP authentication succeeded'),
        log('Tue Mar  3 08:10:41 2026 daemon.info pppd[1]: No response to 5 echo-requests'),
      ),
    );
    expect(d).toMatchObject({ subject: 'modem', rung: 'S4', abstains: false });
    expect(d.causes.map((cause) => cause.fault)).toEqual(['F40']);
    expect(d.causes[0]?.evidence).toEqual(expect.arrayContaining([12]));
  });

  it('never looks at what was planted', () => {
    const d = diagnoseTimeline(
      timeline(
        ['fault', 'sim.not-seated', { text: '+CME ERROR: SIM not inserted' }],
        ['modem', 'state', { line: '+CME ERROR: SIM not inserted' }],
        rung('S9', true, '3 of 3 pings'),
      ),
    );
    expect(d).toMatchObject({ subject: 'healthy', rung: null, causes: [] });
  });

  it('says S10 after a drop, with what pppd said', () => {
    const d = diagnoseTimeline(
      timeline(
        rung('S9', true, '3 of 3 pings'),
        log('daemon.notice pppd[1]: local  IP address 10.0.0.2'),
        log('daemon.info pppd[1]: No response to 5 echo-requests'),
        log('daemon.info pppd[1]: Connect time 1.0 minutes.'),
        ['check', 'drop', { atMs: 1, seen: 'the interface is down' }],
      ),
    );
    expect(d).toMatchObject({ subject: 'modem', rung: 'S10' });
    expect(d.causes[0]).toMatchObject({ fault: 'F90', evidence: [11, 12, 13] });
  });

  it.each([
    ['S1', 'no 1199:9071 on USB; found 1d6b:0002', 'F23'],
    ['S1', '1199:9070 at 1-1.2: the modem sits in its boot loader', 'F10'],
    ['S2', 'interface 3 has driver (none) and no tty', 'F07'],
    ['S4', 'SIM absent', 'F40'],
    ['S4', 'SIM pin', 'F43'],
    ['S4', 'SIM puk', 'F44'],
    ['S6', 'searching after 45 s', 'F57'],
    ['S6', 'denied after 45 s', 'F58'],
  ] as const)('%s not reached, %s: %s', (name, seen, fault) => {
    const d = diagnoseTimeline(timeline(rung(name, false, seen)));
    expect(d).toMatchObject({ subject: 'modem', rung: name });
    expect(d.causes.map((cause) => cause.fault)).toEqual([fault]);
  });

  it('abstains when the checks saw a drop and the log has nothing on it', () => {
    const d = diagnoseTimeline(
      timeline(
        ['at', 'reply', { final: 'OK', lines: ['+CREG: 0,3', '+CEREG: 0,1'] }],
        rung('S9', true, '3 of 3 pings'),
        ['check', 'drop', { atMs: 1, seen: 'a new session, 13 s old' }],
      ),
    );
    expect(d).toMatchObject({ subject: 'modem', rung: 'S10', abstains: true, causes: [] });
    expect(d.why).toContain('no line of the log');
  });

  it('asks whether the reload is to blame, but not where the run was the trial that tells', () => {
    const reload = [
      log('user.notice firewall: Reloading firewall due to ifup of wwan (3g-wwan)'),
      log('daemon.info pppd[1]: No response to 5 echo-requests'),
    ];
    expect(diagnoseTimeline(timeline(...reload)).questions).toHaveLength(1);
    const trial = timeline(['check', 'window', { arm: 'sham' }], ...reload);
    expect(diagnoseTimeline(trial).questions).toEqual([]);
  });
});

describe('what the router had logged before the run', () => {
  const loss = 'usb 1-1: USB disconnect, device number 2';
  const kernel = (uptime: number, text: string) => log(`kern.info kernel: [${uptime.toFixed(6)}] ${text}`);
  /** It has been up for 500 s when the run begins, and says so after 1 s. */
  const clock: [TimelineEvent['source'], string, unknown] = [
    'router.log',
    'clock',
    { asked: 0, bootId: 'b', uptimeMs: 500_000, wall: 1_795_961_220, zone: 0 },
  ];
  const driver = kernel(12, 'qmi_wwan 1-1:1.8: cdc-wdm0: USB WDM device');
  const drop: typeof clock = ['check', 'drop', { seen: 'the interface is down' }];
  const faults = (...events: readonly (typeof clock)[]): readonly string[] =>
    diagnoseTimeline(timeline(clock, driver, ...events)).causes.map(({ fault }) => fault);

  it.each([
    ['a link that was up and dropped', [rung('S9', true, '3 of 3 pings'), drop]],
    ['a modem that answered', [rung('S3', true, 'Sierra MC7455'), rung('S8', false, 'no address')]],
  ])('tells nothing of %s', (_what, events) => {
    expect(faults(kernel(440, loss), ...events)).toEqual([]);
    expect(faults(...events.slice(0, 1), kernel(501, loss), ...events.slice(1))).toContain('F16');
  });

  it('may tell why the modem was not there when it began', () => {
    expect(faults(kernel(440, loss), rung('S1', false, 'no 1199:9071 on USB'))).toContain('F16');
  });
});

describe('a drop that the checks saw', () => {
  const up = log("daemon.notice netifd: Interface 'wwan' is now up");
  const online = rung('S9', true, '3 of 3 pings');
  const drop: [TimelineEvent['source'], string, unknown] = [
    'check',
    'drop',
    { seen: 'the interface is down' },
  ];
  const faults = (...events: readonly [TimelineEvent['source'], string, unknown][]): readonly string[] =>
    diagnoseTimeline(timeline(...events)).causes.map((cause) => cause.fault);

  it.each([
    ['pppd', 'daemon.info pppd[7713]: Terminating on signal 15'],
    ['qmi', 'daemon.notice netifd: wwan (3350): Stopping network wwan'],
    ['mbim', 'daemon.notice netifd: wwan (7203): mbim[7203] Stopping network'],
  ])('F111: somebody on the router told %s to end', (_handler, order) => {
    const d = diagnoseTimeline(timeline(up, online, log(order), drop, up, log(order), up, drop));
    expect(d).toMatchObject({ subject: 'modem', rung: 'S10', abstains: false });
    expect(d.causes[0]).toMatchObject({ fault: 'F111', evidence: [12, 13, 15, 17] });
  });

  const order = log('daemon.notice netifd: wwan (3350): Stopping network wwan');

  it('is not of that kind where the session was over before, or once ended by itself', () => {
    const lost = log("daemon.notice netifd: Interface 'wwan' has lost the connection");
    expect(faults(up, online, lost, order, drop)).not.toContain('F111');
    expect(faults(up, online, order, drop, up, lost, drop)).not.toContain('F111');
  });

  it('F98: the session was up all the time', () => {
    const mute: typeof drop = ['check', 'drop', { seen: 'up, and nobody has answered for 31 s' }];
    expect(faults(up, online, mute)).toEqual(['F98']);
    // Seen on a real OpenWrt: an include of the firewall that told uqmi to stop the network.
    const { causes } = diagnoseTimeline(timeline(up, online, mute)).causes[0] ?? {};
    expect(causes?.map(({ title }) => title)).toContainEqual(
      expect.stringContaining("ends the session behind netifd's back: one that the firewall runs"),
    );
  });

  it('is not of that kind where a suite took the link down before it dialled', () => {
    expect(faults(up, order, up, online, drop)).toEqual([]);
    expect(faults(online, order, up)).toEqual([]);
  });
});
