import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

const attach = (driver: string): string =>
  `Sun Nov 22 09:40:25 2026 kern.info kernel: [  990.557966] ${driver} 1-1:1.8: cdc-wdm0: USB WDM device`;
const says = (time: string, words: string): string =>
  `Sun Nov 22 09:${time} 2026 daemon.notice netifd: wwan (10305): ${words}`;
const settled = { subject: 'modem', rung: 'S3', abstains: false, faults: ['F34'] };

const config = (proto: string, device: string): string => `config interface 'lan'
	option proto 'static'
	option device 'br-lan'

config interface 'wwan'
	option proto '${proto}'
	option device '${device}'
	option apn 'internet'`;

describe('an interface whose device does not fit its protocol', () => {
  it.each([
    config('mbim', '/dev/ttyUSB2'),
    `${config('mbim', '/dev/ttyUSB2')}\n${says('51:27', 'mbim[10305] Failed to find matching interface')}`,
    `${config('qmi', '/dev/ttyUSB2')}\n${says('51:27', 'The interface could not be found.')}`,
    "network.wwan=interface\nnetwork.wwan.proto='3g'\nnetwork.wwan.device='/dev/cdc-wdm0'",
    config('qmi', '/sys/devices/pci0000:00/0000:00:04.0/usb1/1-1'),
    ' 6011 root 4324 S {qmi.sh} /bin/sh ./qmi.sh qmi setup wwan {"proto":"qmi","device":"/dev/ttyUSB3","apn":"internet"',
  ])('is read from its settings: %s', (text) => {
    const d = diagnosed(text);
    expect(d).toMatchObject(settled);
    expect(d.causes[0]?.title).toMatch(/^interface wwan dials \w+ and names \/(?:dev|sys)\//);
  });

  it('is none where it fits, was mended, or belongs to a port without a modem', () => {
    for (const text of [
      config('mbim', '/dev/cdc-wdm0'),
      config('3g', '/dev/ttyUSB2'),
      config('dhcp', 'wwan0'),
      `${config('qmi', '/dev/ttyUSB2')}\n${says('51:27', 'Setting up wwan0')}`,
    ]) {
      expect(diagnosed(text).faults).toEqual([]);
    }
  });

  it('is seen by pppd, which is given no terminal', () => {
    const d = diagnosed(`Sun Nov 29 13:20:45 2026 daemon.notice pppd[266]: pppd 2.4.9 started by root, uid 0
Sun Nov 29 13:20:45 2026 daemon.err pppd[266]: tcgetattr: Inappropriate ioctl for device (line 975)
Sun Nov 29 13:20:46 2026 daemon.info pppd[266]: Exit.
Sun Nov 29 13:20:47 2026 daemon.notice netifd: Interface 'wwan' is now down`);
    expect(d).toMatchObject(settled);
  });

  it('is seen by pppd, which takes a path with a colon for an address', () => {
    // Real pppd 2.4.9: proto 3g with a path of /sys.
    const d = diagnosed(`Sun Nov 29 16:38:32 2026 daemon.notice netifd: Interface 'wwan' is setting up now
Sun Nov 29 16:38:35 2026 daemon.notice netifd: wwan (3040): /usr/sbin/pppd: unknown host: /sys/devices/pci0000
Sun Nov 29 16:38:35 2026 daemon.err pppd[3040]: unknown host: /sys/devices/pci0000
Sun Nov 29 16:38:36 2026 daemon.notice netifd: Interface 'wwan' is now down`);
    expect(d).toMatchObject(settled);
  });

  it.each(['No control device specified', 'mbim[10305] No control device specified'])(
    'is one that is not named at all: %s',
    (words) => {
      const d = diagnosed(says('51:27', words));
      expect(d).toMatchObject(settled);
      expect(d.causes[0]?.causes[0]?.title).toBe('option device is missing in its settings');
      expect(diagnosed(`${says('51:27', words)}\n${says('52:27', 'Setting up wwan0')}`).faults).toEqual([]);
    },
  );

  it.each([
    'The specified control device does not exist',
    'The interface could not be found.',
    'mbim[10305] Failed to find matching interface',
  ])('is seen where the modem has its control device, and netifd looks at another: %s', (words) => {
    const missing = says('51:27', words);
    expect(diagnosed(`${attach('qmi_wwan')}\n${missing}`)).toMatchObject(settled);
  });

  it('is not seen where the control device has gone, or has only just come', () => {
    const missing = says('51:27', 'The specified control device does not exist');
    const gone =
      'Sun Nov 22 09:50:58 2026 kern.info kernel: [ 1142.832284] usb 1-1: USB disconnect, device number 4';
    expect(diagnosed(`${attach('qmi_wwan')}\n${gone}\n${missing}`)).toMatchObject({ abstains: true });
    const early = says('40:29', 'The specified control device does not exist');
    expect(diagnosed(`${attach('qmi_wwan')}\n${early}`)).toMatchObject({ abstains: true });
  });

  it('is seen where its protocol is not that of the driver', () => {
    const umbim = `${says('51:25', 'mbim[10305] Reading capabilities')}
${says('51:27', 'ERROR: mbim message timeout')}
${says('51:27', 'mbim[10305] Failed to read modem caps')}`;
    expect(diagnosed(`${attach('qmi_wwan')}\n${umbim}`)).toMatchObject(settled);
    expect(diagnosed(`${attach('cdc_mbim')}\n${umbim}`).faults).toEqual(['F36']);
    const uqmi = `${says('51:25', 'Waiting for SIM initialization')}
${says('51:27', 'Request timed out')}
${says('51:27', '"Failed to connect to service"')}
${says('51:28', 'SIM in illegal state - Power-cycling SIM')}
${says('51:29', 'Request timed out')}`;
    expect(diagnosed(`${attach('cdc_mbim')}\n${uqmi}`)).toMatchObject(settled);
    expect(diagnosed(`${attach('qmi_wwan')}\n${uqmi}`).faults).toEqual(['F32']);
  });

  it('is the first guess where a handler finds no network interface', () => {
    const [first] = diagnosed(says('51:27', 'mbim[10305] Failed to find matching interface')).causes;
    expect(first?.causes[0]?.title).toMatch(/^option device names a tty/);
  });
});
