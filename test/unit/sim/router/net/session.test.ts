import { describe, expect, it } from '@jest/globals';

import { seconds } from '../../../../../harness/core/units.ts';
import { glinet2018 } from '../../../../../harness/sim/router/flavours/glinet-2018.ts';
import { ec25, mc7455 } from './fake-modem.ts';
import { createRig, type Rig, type RigOptions } from './rig.ts';
import { normal, sessions } from './vectors.ts';

/** Log lines from the first dial on; the kernel's and the LAN's are left out. */
const fromDial = (rig: Rig): string[] => {
  const lines = rig.machine.log.lines().map((line) => line.slice(25));
  const start = lines.findIndex((line) => line.includes("'wwan' is setting up now"));
  return normal(lines.slice(start));
};

async function dialled(
  options: RigOptions,
  wait: number,
  prepare: (rig: Rig) => void = () => undefined,
): Promise<Rig> {
  const rig = createRig(options);
  await rig.drive(async () => {
    prepare(rig);
    rig.net.start();
    await rig.clock.sleep(seconds(3));
    await rig.run(['ifup', 'wwan']);
    await rig.clock.sleep(wait);
  });
  return rig;
}

const ifstatus = async (rig: Rig): Promise<string> => (await rig.run(['ifstatus', 'wwan'])).stdout.trimEnd();
const times = (text: string): string =>
  text.replace(/"uptime": \d+/, '"uptime": N').replace(/10\.\d+\.\d+\.\d+/, 'A');

describe('a 3g dial', () => {
  it('writes the log of a real router, line by line', async () => {
    const rig = await dialled({}, seconds(15));
    const isReject = (line: string): boolean => line.includes('Protocol-Reject');
    const wanted = normal(sessions.dial);
    const seen = fromDial(rig);
    // When the kernel sends its second multicast report is left to chance.
    expect(seen.filter((line) => !isReject(line))).toEqual(wanted.filter((line) => !isReject(line)));
    expect(seen.filter(isReject)).toEqual(wanted.filter(isReject));
  });

  it('asks the modem what 3g.sh asks', async () => {
    const rig = await dialled({}, seconds(15));
    expect(rig.modem.heard).toEqual([
      'AT+CGMI',
      'AT+CGATT?',
      'AT&F',
      'ATE1',
      'AT+CGDCONT=1,"IP","internet"',
      'ATD*99***1#',
    ]);
  });

  it('ends up with the ifstatus of a real router', async () => {
    const rig = await dialled({}, seconds(40));
    expect(times(await ifstatus(rig))).toBe(times(sessions.ifstatusUp));
  });

  it('carries packets, and gives the name servers to dnsmasq', async () => {
    const rig = await dialled({}, seconds(15));
    const ping = await rig.drive(() => rig.run(['ping', '-c', '2', '8.8.8.8']));
    expect(ping.stdout).toContain('2 packets transmitted, 2 packets received, 0% packet loss');
    expect(rig.machine.files.readText('/tmp/resolv.conf.d/resolv.conf.auto')).toBe(
      '# Interface wwan\nnameserver 8.8.8.8\nnameserver 8.8.4.4\n',
    );
  });

  it('asks nobody but a Sierra modem for attachment, and prints no blank line then', async () => {
    const rig = await dialled({ identity: ec25, device: '/dev/ttyUSB3' }, seconds(15), ({ modem }) => {
      modem.answers['AT+CGMI'] = '\r\nQuectel\r\n\r\nOK\r\n';
    });
    expect(rig.modem.heard).not.toContain('AT+CGATT?');
    expect(fromDial(rig)).not.toContain('daemon.notice netifd: wwan (PID):');
    expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: true });
  });

  it('dials without waiting for attachment on the stock firmware of 2018', async () => {
    const rig = await dialled({ flavour: glinet2018 }, seconds(15), ({ modem }) => {
      modem.answers['AT+CGATT?'] = '\r\n+CGATT: 0\r\n\r\nOK\r\n';
    });
    const lines = fromDial(rig);
    expect(lines.slice(0, 10)).toEqual([
      "daemon.notice netifd: Interface 'wwan' is setting up now",
      'user.info repeater: AP Ok=0',
      'user.info repeater: network(caIfnames) = wan wan6 wwan modem tethering',
      'user.info repeater: STA Ok=1',
      'user.info repeater: Scan and fixing the problems',
      'user.info repeater: bIsAutoRepeater = 0',
      'user.info repeater: Get Default wifi...enabled.',
      'user.info repeater: check wpa runing =',
      'user.info repeater: AP-Only Mode!',
      'daemon.notice netifd: wwan (PID):',
    ]);
    expect(lines).toContain('daemon.notice pppd[PID]: pppd 2.4.7 started by root, uid 0');
    expect(lines).toContain('daemon.info dnsmasq[PID]: reading /tmp/resolv.conf.auto');
  });
});

describe('the end of a 3g session', () => {
  it('writes the log of a real ifdown', async () => {
    const rig = await dialled({}, seconds(30));
    const from = rig.machine.log.lines().length;
    await rig.drive(async () => {
      await rig.run(['ifdown', 'wwan']);
      await rig.clock.sleep(seconds(10));
    });
    const lines = normal(
      rig.machine.log
        .lines()
        .slice(from)
        .map((line) => line.slice(25)),
    );
    expect(lines).toEqual([
      ...normal(sessions.ifdown),
      "daemon.notice netifd: Interface 'wwan' is now down",
      'daemon.warn dnsmasq[PID]: no servers found in /tmp/resolv.conf.d/resolv.conf.auto, will retry',
    ]);
    expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: false, pending: false, autostart: false });
    expect(rig.machine.stack.routes().some(({ target }) => target === '0.0.0.0/0')).toBe(false);
  });

  it('is noticed when LCP echoes stay away, and the next dial begins at once', async () => {
    const rig = await dialled({ wwan: { keepalive_adaptive: '0' } }, seconds(10));
    rig.modem.answersEchoes = false;
    await rig.drive(() => rig.clock.sleep(seconds(20)));
    const lines = fromDial(rig);
    const end = lines.findIndex((line) => line.includes('No response to 5 echo-requests'));
    expect(lines.slice(end, end + 12)).toEqual([
      'daemon.info pppd[PID]: No response to 5 echo-requests',
      'daemon.notice pppd[PID]: Serial link appears to be disconnected.',
      'daemon.info pppd[PID]: Connect time N minutes.',
      'daemon.info pppd[PID]: Sent N bytes, received N bytes.',
      "daemon.notice netifd: Network device '3g-wwan' link is down",
      expect.stringMatching(/Connection terminated|lost the connection/),
      expect.stringMatching(/Connection terminated|lost the connection|no servers found/),
      expect.stringMatching(/Connection terminated|no servers found/),
      'daemon.info pppd[PID]: Exit.',
      "daemon.notice netifd: Interface 'wwan' is now down",
      "daemon.notice netifd: Interface 'wwan' is setting up now",
      'daemon.notice netifd: wwan (PID):',
    ]);
  });

  it('by unplugging leaves NO_DEVICE, and plugging in dials again', async () => {
    const rig = await dialled({}, seconds(15));
    const from = rig.machine.log.lines().length;
    await rig.drive(async () => {
      rig.modem.unplug();
      await rig.clock.sleep(seconds(10));
    });
    const lines = normal(
      rig.machine.log
        .lines()
        .slice(from)
        .map((line) => line.slice(25)),
    );
    const byFacility = (all: string[], start: string): string[] =>
      all.filter((line) => line.startsWith(start));
    const wanted = normal(sessions.unplug);
    expect(byFacility(lines, 'kern.')).toEqual(byFacility(wanted, 'kern.'));
    expect(byFacility(lines, 'daemon.info pppd')).toEqual(byFacility(wanted, 'daemon.info pppd').slice(0, 2));
    expect(lines[0]).toBe('kern.info kernel: usb 1-1: USB disconnect, device number N');
    expect(rig.machine.netifd.status('wwan')).toMatchObject({
      up: false,
      pending: false,
      available: false,
      autostart: true,
      errors: [{ subsystem: 'interface', code: 'NO_DEVICE' }],
    });

    const replugged = rig.machine.log.lines().length;
    await rig.drive(async () => {
      rig.modem.plug(mc7455);
      await rig.clock.sleep(seconds(15));
    });
    const after = normal(
      rig.machine.log
        .lines()
        .slice(replugged)
        .map((line) => line.slice(25)),
    );
    expect(after.slice(0, 16)).toEqual(normal(sessions.replug));
    expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: true, available: true });
  });
});

describe('a 3g dial that fails', () => {
  it('with NO CARRIER is tried again at once, without a word in ifstatus', async () => {
    const rig = await dialled({}, seconds(4.5), ({ modem }) => {
      modem.answers['ATD*99***1#'] = '\r\nNO CARRIER\r\n';
    });
    await rig.drive(() => rig.clock.sleep(seconds(2)));
    const wanted = normal(sessions.noCarrier);
    expect(fromDial(rig).slice(0, wanted.length)).toEqual(wanted);
    expect(await ifstatus(rig)).toBe(sessions.ifstatusPending);
  });

  it('for want of attachment asks ten times, 2.5 s apart', async () => {
    const rig = await dialled({}, seconds(30), ({ modem }) => {
      modem.answers['AT+CGATT?'] = '\r\n+CGATT: 0\r\n\r\nOK\r\n';
    });
    const lines = fromDial(rig);
    const down = lines.indexOf("daemon.notice netifd: Interface 'wwan' is now down");
    expect(lines.slice(0, down + 1)).toEqual(normal(sessions.notAttached));
    expect(lines[down + 1]).toBe("daemon.notice netifd: Interface 'wwan' is setting up now");
    expect(rig.modem.heard.filter((command) => command === 'AT+CGATT?').length).toBeGreaterThanOrEqual(10);
  });

  it('for a PIN that cannot be set blocks the restart', async () => {
    const rig = await dialled({ wwan: { pincode: '1234' } }, seconds(60), ({ modem }) => {
      modem.answers['AT+CPIN?'] = '\r\n+CME ERROR: 10\r\n';
    });
    expect(fromDial(rig)).toEqual(normal(sessions.pinFailed));
    expect(await ifstatus(rig)).toBe(sessions.ifstatusPinFailed);
    expect(rig.modem.heard.filter((command) => command === 'AT+CPIN?')).toHaveLength(4);
  });

  it('gives the PIN where one is wanted', async () => {
    const rig = await dialled({ wwan: { pincode: '1234' } }, seconds(15), ({ modem }) => {
      modem.answers['AT+CPIN?'] = '\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n';
    });
    expect(rig.modem.heard).toContain('AT+CPIN="1234"');
    expect(fromDial(rig)).toContain('daemon.notice netifd: wwan (PID): PIN set successfully');
  });

  it('for want of the device leaves NO_DEVICE after one try', async () => {
    const rig = await dialled({ identity: undefined }, seconds(20));
    expect(fromDial(rig)).toEqual([
      "daemon.notice netifd: Interface 'wwan' is setting up now",
      "daemon.notice netifd: Interface 'wwan' is now down",
    ]);
    expect(JSON.parse(await ifstatus(rig))).toEqual({
      up: false,
      pending: false,
      available: false,
      autostart: true,
      dynamic: false,
      proto: '3g',
      data: {},
      errors: [{ subsystem: 'interface', code: 'NO_DEVICE' }],
    });
  });

  it('lets itself be stopped while it waits for attachment', async () => {
    const rig = await dialled({}, seconds(6), ({ modem }) => {
      modem.answers['AT+CGATT?'] = '\r\n+CGATT: 0\r\n\r\nOK\r\n';
    });
    await rig.drive(async () => {
      await rig.run(['ifdown', 'wwan']);
      await rig.clock.sleep(seconds(30));
    });
    expect(fromDial(rig).at(-1)).toBe("daemon.notice netifd: Interface 'wwan' is now down");
    expect(rig.machine.processes.list().filter(({ command }) => command.includes('3g.sh'))).toEqual([]);
  });
});
