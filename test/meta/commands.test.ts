import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';

import { temporaryFolder, wwanlab } from '../support/cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const RIG = 'sim-mifi25-mc7455';

describe('shell', () => {
  it("prints what the router's command printed, and ends as it ended", async () => {
    expect(await wwanlab(['shell', RIG, 'echo out; echo err >&2; exit 3'])).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    const { stdout } = await wwanlab(['shell', RIG, 'uname -s', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ rig: RIG, exitCode: 0, stdout: 'Linux\n' });
  });
});

describe('at', () => {
  it('prints the reply without identities: 0 for OK, 1 for a refusal', async () => {
    const said = await wwanlab(['at', RIG, 'ATI']);
    expect(said).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Model: MC7455$/m) });
    expect(said.stdout).toMatch(/^IMEI: \D+$/m);
    expect(said.stdout).not.toMatch(/\d{15}/);
    expect(await wwanlab(['at', RIG, 'AT+NOPE'])).toMatchObject({ exitCode: 1, stdout: 'ERROR\n' });
    expect(await wwanlab(['at', RIG, 'FOO'])).toMatchObject({ exitCode: 64, stdout: '' });
  });
});

describe('mode', () => {
  it('shows the mode, and changes it with every node checked', async () => {
    const before = await wwanlab(['mode', RIG, '--json']);
    expect(JSON.parse(before.stdout)).toMatchObject({ composition: 'qmi', protocol: '3g' });
    const bare = join(folder.path, 'bare.rig.yaml');
    const text = readFileSync(new URL(`../../rigs/${RIG}.rig.yaml`, import.meta.url), 'utf8');
    writeFileSync(bare, text.replace(/firmware: .*/, 'firmware: openwrt-25.12-uqmi'));
    expect((await wwanlab(['mode', bare])).stdout).toMatch(
      /^USB shows qmi, and the router has no serial port of it,\nnetifd dials with/,
    );
    const swap = await wwanlab(['mode', 'sim-mifi25-ec25', 'mbim', '--json']);
    expect(JSON.parse(swap.stdout)).toMatchObject({ from: 'ppp', to: 'mbim', restarted: true, ok: true });
    expect(swap.stdout).toContain('"next": "wwanlab shell sim-mifi25-ec25 \\"ifup wwan\\""');
    expect(swap.exitCode).toBe(0);
    expect(swap.stderr).toMatch(/^taking the link down\nchanging what .+ to mbim\nrestarting the modem/);
    const refused = await wwanlab(['mode', RIG, 'slip']);
    expect(refused).toMatchObject({ exitCode: 64, stdout: '' });
    expect(refused.stderr).toContain('ppp, qmi, mbim, ecm');
  });
});

describe('modem status', () => {
  it('prints what an EC25 tells of itself, with units and without identities', async () => {
    const { stdout, exitCode } = await wwanlab(['modem', 'status', 'sim-mifi25-ec25']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^model +Quectel EC25$/m);
    expect(stdout).toMatch(/^signal +RSSI -\d+ dBm, RSRP -\d+ dBm, RSRQ -\d+ dB, SINR [\d.]+ dB$/m);
    expect(stdout).not.toMatch(/\d{14}/);
  });

  it('goes another way while PPP has the AT port, and says so', async () => {
    const { stdout } = await wwanlab(['modem', 'status', RIG]);
    expect(stdout).toMatch(
      /^asked +\/dev\/ttyUSB2 is in use by pppd \(pid \d+\): asked by uqmi over \/dev\/cdc-wdm0$/m,
    );
    expect(stdout).toMatch(/^registration +home, T-Mobile, LTE$/m);
  });
});

describe('modem fcc-unlock', () => {
  it("opens a laptop maker's modem", async () => {
    const rig = join(folder.path, 'lenovo.rig.yaml');
    const text = readFileSync(new URL(`../../rigs/${RIG}.rig.yaml`, import.meta.url), 'utf8');
    writeFileSync(rig, text.replace('model: mc7455', 'model: em7455-lenovo'));
    const { exitCode, stdout } = await wwanlab(['modem', 'fcc-unlock', rig, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rig: 'lenovo', before: { on: false }, after: { on: true } });
  });
});

describe('band', () => {
  it('shows the bands and changes them, and refuses what the modem or the command does not know', async () => {
    const rig = 'sim-mifi25-ec25';
    const { stdout } = await wwanlab(['band', rig, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ rig, allowed: [2, 4, 12], known: [2, 4, 12] });
    const locked = await wwanlab(['band', rig, 'set', 'B2,b4']);
    expect(locked.stdout).toBe('allowed: B2, B4\nknown and not allowed: B12\n');
    const unknown = await wwanlab(['band', rig, 'set', '5']);
    expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('it knows B2, B4, B12') });
    expect(await wwanlab(['band', rig, 'lock', 'B2'])).toMatchObject({ exitCode: 64 });
  });
});

describe('logs', () => {
  it("prints the router's log", async () => {
    const { stdout, exitCode } = await wwanlab(['logs', RIG]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/netifd: Interface '\w+' is setting up now/);
    const { lines } = JSON.parse((await wwanlab(['logs', RIG, '--json'])).stdout) as { lines: string[] };
    expect(lines.join('\n')).toMatch(/netifd: Interface '\w+' is setting up now/);
  });
});

describe('power', () => {
  const state = join(folder.path, 'state');
  const outlet = join(folder.path, 'outlet');
  const rig = join(folder.path, 'shelf.rig.yaml');
  writeFileSync(state, 'on\n');
  writeFileSync(
    outlet,
    `#!/bin/sh\ncase $1 in on|off) echo $1 >${state}; echo $1 >>${state}.log ;; *) cat ${state} ;; esac\n`,
  );
  chmodSync(outlet, 0o755);
  writeFileSync(
    rig,
    `kind: lab
title: A router whose power can be cut
router: { host: 192.0.2.1, hostKey: "SHA256:${'A'.repeat(43)}" }
modem: { model: mc7455 }
connection: { apn: internet }
power: { kind: command, on: [${outlet}, on], off: [${outlet}, off], state: [${outlet}, ask], leastOff: 10 ms }
`,
  );

  it('asks, switches and cycles without the router', async () => {
    expect(await wwanlab(['power', rig, 'state'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/: on$/m),
    });
    expect(await wwanlab(['power', rig, 'off'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/: off$/m),
    });
    expect(await wwanlab(['power', rig, 'cycle'])).toMatchObject({ exitCode: 0 });
    expect(readFileSync(`${state}.log`, 'utf8')).toBe('off\noff\non\n');
  });

  it('is leased while it is switched, and says so when it was taken away in the dark', async () => {
    expect(await wwanlab(['rigs', 'who', rig])).toMatchObject({
      exitCode: 0,
      stdout: `nobody holds ${rig}\n`,
    });
    await wwanlab(['power', rig, 'off']);
    const taken = await wwanlab(['rigs', 'take', rig, '--reason', 'a test']);
    expect(taken).toMatchObject({ exitCode: 0, stdout: 'shelf was free\n' });
    expect(taken.stderr).toBe(`its power is off; type: wwanlab power ${rig} on\n`);
    expect(await wwanlab(['rigs', 'release', rig])).toMatchObject({ exitCode: 0, stdout: 'shelf is free\n' });
  });

  it('says where there is no switch', async () => {
    const { exitCode, stderr } = await wwanlab(['power', rig, 'off', '--modem']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`add modemPower to ${rig}`);
  });
});
