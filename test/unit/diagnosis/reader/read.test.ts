import { describe, expect, it } from '@jest/globals';

import { readLog } from '../../../../harness/diagnosis/index.ts';
import type { LogLine } from '../../../../harness/diagnosis/log.ts';

function readOne(text: string): LogLine {
  const line = readLog(text)[0];
  if (!line) throw new RangeError('no line');
  return line;
}

describe('prefixes', () => {
  it.each([
    ['logread', 'Tue May  3 08:47:02 2022 daemon.info pppd[9626]: Modem hangup', 'pppd', 9626],
    ['logread without a year', 'Tue May  3 08:47:02 daemon.info pppd[9626]: Modem hangup', 'pppd', 9626],
    ['syslog with a host', 'Aug 28 14:02:02 ccgx pppd[12789]: Modem hangup', 'pppd', 12789],
    ['BusyBox syslog', 'Aug 28 14:02:02 ccgx daemon.info pppd[12789]: Modem hangup', 'pppd', 12789],
    ['a priority in front', '<29>Aug 28 14:02:02 ccgx pppd[12789]: Modem hangup', 'pppd', 12789],
    ['months of other languages', 'říj 09 11:31:37 manjaro pppd[428]: Modem hangup', 'pppd', 428],
    ['ISO stamps', '2026-03-01T10:00:00+01:00 OpenWrt pppd[7]: Modem hangup', 'pppd', 7],
    ['no stamp', 'daemon.info pppd[9626]: Modem hangup', 'pppd', 9626],
    ['a bare tag', 'pppd[9626]: Modem hangup', 'pppd', 9626],
    [
      'a log of a run directory',
      '     0.210 line Mon Jan  5 08:00:00 2026 daemon.info pppd[7]: Modem hangup',
      'pppd',
      7,
    ],
    ['a bullet', '- Tue May  3 08:47:02 2022 daemon.info pppd[9626]: Modem hangup', 'pppd', 9626],
  ])('%s', (_name, text, process, pid) => {
    expect(readOne(text)).toMatchObject({ text: 'Modem hangup', process, pid, number: 1, original: text });
  });

  it('reads a Windows receiver, whose minutes are all it knows', () => {
    const line = readOne('6/5/2018 11:49 AM Notice 192.168.88.1 Connect: 3g-modem <–> /dev/ttyUSB2');
    expect(line).toMatchObject({ text: 'Connect: 3g-modem <--> /dev/ttyUSB2', timeResolution: 'minute' });
    expect(line.process).toBeUndefined();
  });

  it("reads netifd's interface and handler", () => {
    const line = readOne(
      'Tue May  3 08:47:03 2022 daemon.notice netifd: wan_4 (3594): udhcpc: sending discover',
    );
    expect(line).toMatchObject({
      process: 'netifd',
      interface: 'wan_4',
      pid: 3594,
      text: 'udhcpc: sending discover',
    });
  });

  it.each([
    '[ 3386.238642] usb 1-1: USB disconnect, device number 3',
    '[Tue Jun 11 15:58:26 2024] usb 1-1: USB disconnect, device number 3',
    'Aug 28 14:02:02 ccgx user.info kernel: [ 3386.238642] usb 1-1: USB disconnect, device number 3',
    'kern.info kernel: [...] usb 1-1: USB disconnect, device number 3',
    'usb 1-1: USB disconnect, device number 3',
  ])('kernel: %s', (text) => {
    expect(readOne(text).text).toBe('usb 1-1: USB disconnect, device number 3');
  });

  it("keeps a driver's name in a line of dmesg", () => {
    expect(readOne('[   20.1] cdc_mbim: Unknown symbol cdc_ncm_bind_common (err 0)').text).toMatch(
      /^cdc_mbim:/,
    );
  });

  it("reads ROOter's modlog", () => {
    expect(readOne('Mon Jul  8 08:39:07 2024 : MBIM Connect 1 Register with network').text).toBe(
      'mbim[1] Register with network',
    );
    expect(readOne('Mon Jul  8 08:39:07 2024 : QMI Connect 2 Unable to connect IPv4').text).toBe(
      'Unable to connect IPv4',
    );
    expect(readOne('Mon Jul  8 08:39:07 2024 : Create Connection 1 SIM Error').text).toBe(
      'Create Connection 1 SIM Error',
    );
  });

  it('takes the direction off an AT console', () => {
    expect(readOne('Recieve: +CPIN: READY').text).toBe('+CPIN: READY');
    expect(readOne('+CSQ: 31,99').text).toBe('+CSQ: 31,99');
  });

  it('keeps the distance between two stamps, over the end of a leap February', () => {
    const [a, b] = readLog(
      'Wed Feb 28 23:59:59 2024 daemon.info a: x\nFri Mar  1 00:00:01 2024 daemon.info a: y',
    );
    expect((b?.timeMs ?? 0) - (a?.timeMs ?? 0)).toBe(86_402_000);
  });
});

describe('damage', () => {
  it('mends *99***1# that Markdown took for emphasis', () => {
    const lines = readLog('6/5/2018 11:49 AM Info 10.0.0.1 ATD\n99\n**1#^M^M\nsend (ATD991#^M)');
    expect(lines.map((line) => line.text)).toEqual(['ATD*99***1#^M^M', '', '', 'send (ATD*99***1#^M)']);
  });

  it('joins a line folded with a backslash', () => {
    const [first] = readLog('netifd: wwan (1): Could not \\\n  write to COM device. (1)');
    expect(first?.text).toBe('Could not write to COM device. (1)');
  });

  it('straightens quotes, dashes, entities and colours', () => {
    expect(readOne('Interface ‘modem’ is now up').text).toBe("Interface 'modem' is now up");
    expect(readOne('send (AT+CGDCONT=1,““IP””,““apn””^M)').text).toBe('send (AT+CGDCONT=1,"IP","apn"^M)');
    expect(readOne('&quot;No effect&quot;').text).toBe('"No effect"');
    expect(readOne('\u001b[31mSINR (dB): −16.6\u001b[0m').text).toBe('SINR (dB): -16.6');
  });

  it('numbers the lines of the text, whatever ends them', () => {
    expect(readLog('a\r\nb\n\nc').map((line) => line.number)).toEqual([1, 2, 3, 4]);
  });
});

describe('what is no log', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['blanks', new TextEncoder().encode(' \n\t\n')],
  ])('%s is empty', (_name, bytes) => {
    expect(() => readLog(bytes)).toThrow(
      expect.objectContaining({ code: 'diagnose.empty', blame: 'test', effect: 'none' }),
    );
  });

  const noise = Uint8Array.from({ length: 4_096 }, (_, i) => (i * 7919 + (i >> 3) * 104_729) & 0xff);
  const gzip = Uint8Array.from([0x1f, 0x8b, 8, 0, ...noise.slice(0, 60)]);
  const elf = Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, ...Array.from({ length: 100 }, () => 0)]);
  it.each([
    ['noise', noise],
    ['gzip', gzip],
    ['an executable', elf],
  ])('%s is not text', (_name, bytes) => {
    expect(() => readLog(bytes)).toThrow(
      expect.objectContaining({ code: 'diagnose.not-text', blame: 'test', effect: 'none' }),
    );
  });

  it('reads Windows-1252, and text with a little junk in it', () => {
    const latin = Uint8Array.from([
      ...new TextEncoder().encode('Interface '),
      0x91,
      0x61,
      0x92,
      0x20,
      0x69,
      0x73,
    ]);
    expect(readLog(latin)[0]?.text).toBe("Interface 'a' is");
    expect(readLog(`${'pppd[1]: Modem hangup\n'.repeat(20)}\u0000\u0001`)[0]?.text).toBe('Modem hangup');
  });
});
