import { describe, expect, it } from '@jest/globals';
import { parseBoard } from '../../../../harness/drivers/openwrt/board.ts';
import { parseBoot } from '../../../../harness/drivers/openwrt/boot.ts';
import { parseInterfaceStatus } from '../../../../harness/drivers/openwrt/interface-status.ts';
import { parsePackages } from '../../../../harness/drivers/openwrt/packages.ts';
import { createPingReader, parsePingSummary } from '../../../../harness/drivers/openwrt/ping.ts';
import { quoteWords } from '../../../../harness/drivers/openwrt/quote.ts';
import { parseUsbDevices } from '../../../../harness/drivers/openwrt/usb-devices.ts';
import { resultOf } from '../../../support/fake-router.ts';

describe('ifstatus', () => {
  const up = {
    up: true,
    pending: false,
    available: true,
    uptime: 26,
    l3_device: '3g-wan1',
    proto: '3g',
    'ipv4-address': [{ address: '10.64.1.2', mask: 32 }],
    route: [{ target: '0.0.0.0', mask: 0, nexthop: '0.0.0.0', source: '0.0.0.0/0' }],
    'dns-server': ['8.8.8.8'],
  };

  it('of an interface that is up', () => {
    expect(parseInterfaceStatus('wan1', JSON.stringify(up))).toEqual({
      name: 'wan1',
      up: true,
      pending: false,
      available: true,
      proto: '3g',
      uptimeMs: 26_000,
      device: '3g-wan1',
      addresses: ['10.64.1.2/32'],
      dnsServers: ['8.8.8.8'],
      hasDefaultRoute: true,
      errors: [],
    });
  });

  it('of an interface that failed', () => {
    const errors = [{ subsystem: '3g', code: 'NO_DEVICE' }];
    const text = JSON.stringify({ up: false, pending: false, available: true, proto: '3g', errors });
    expect(parseInterfaceStatus('wan1', text)).toMatchObject({ up: false, hasDefaultRoute: false, errors });
  });

  it.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['half an object', '{"up": true,'],
    ['an object of something else', '{"up": "yes"}'],
  ])('that is %s is told as such, with what was found', (_what, text) => {
    let error: unknown;
    try {
      parseInterfaceStatus('wan', text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'openwrt.unexpected-output',
      blame: 'harness',
      data: { found: text },
    });
  });
});

describe('board', () => {
  it('of 15.05 takes from files what ubus lacks', () => {
    const ubus = {
      kernel: '3.18.27',
      hostname: 'GL-MIFI',
      system: 'Atheros AR9330 rev 1',
      model: 'GL-MIFI',
      release: { distribution: 'OpenWrt', version: '15.05.1', revision: 'r48532' },
    };
    const text = [
      `=== 0\n${JSON.stringify(ubus, undefined, '\t')}\n`,
      '=== 1\ngl-mifi\n',
      '=== 2\nGL-MIFI\n',
      `=== 3\nDISTRIB_ID="OpenWrt"\nDISTRIB_TARGET="ar71xx/generic"\n`,
    ].join('');
    expect(parseBoard(text)).toEqual({
      hostname: 'GL-MIFI',
      model: 'GL-MIFI',
      boardName: 'gl-mifi',
      kernel: '3.18.27',
      distribution: 'OpenWrt',
      flavour: 'OpenWrt',
      version: '15.05.1',
      revision: 'r48532',
      target: 'ar71xx/generic',
    });
  });

  // All of them have the DISTRIB_ID OpenWrt. Source: github.com/al-caughey/YAMon-v4 issue 1 for ROOter's.
  it.each([
    ["DISTRIB_DESCRIPTION='OpenWrt 21.02-SNAPSHOT r16399+171-c67509efd7'", '4.8.1\n', 'GL.iNet'],
    ['DISTRIB_DESCRIPTION="GoldenOrb_2020-03-01 ( OpenWrt 18.06.7 )"', '', 'ROOter'],
    ['DISTRIB_DESCRIPTION="ROOter_2020-03-06 ( OpenWrt 19.07.2 )"', '', 'ROOter'],
    ["DISTRIB_DESCRIPTION='OpenWrt 23.05.5 r24106-10cc5fcd00'", '', 'OpenWrt'],
  ])('of %s is of the flavour of its maker', (description, glinet, flavour) => {
    const text = `=== 0\n{"kernel":"5"}\n=== 1\n=== 2\n=== 3\nDISTRIB_ID='OpenWrt'\n${description}\n=== 4\n${glinet}`;
    expect(parseBoard(text)).toMatchObject({ distribution: 'OpenWrt', flavour });
  });

  it('without ubus is unexpected', () => {
    expect(() => parseBoard('=== 0\n=== 1\n=== 2\n=== 3\n')).toThrow(/expected a JSON object/);
  });
});

describe('small outputs', () => {
  it('boot id and uptime', () => {
    const id = 'ef0f663d-fbb6-4250-8deb-49034b1e450c';
    expect(parseBoot(`${id}\n95.04 90.12\n`)).toEqual({ bootId: id, uptimeMs: 95_040 });
    expect(() => parseBoot('cat: not there\n')).toThrow(/boot id/);
  });

  it('packages of opkg and of apk', () => {
    expect([...parsePackages('comgt - 0.32-33\nkmod-usb2 - 4.9.152-1\n')]).toEqual([
      ['comgt', '0.32-33'],
      ['kmod-usb2', '4.9.152-1'],
    ]);
    const apk = [
      'base-files-1677~24b8db118b x86_64 {base-files} (GPL-2.0) [installed]',
      'kmod-usb2-6.1.0.56-r1 x86_64 {kmod-usb2} (GPL-2.0) [installed]',
      'WARNING: opening from cache https://downloads.openwrt.org/x: No such file or directory',
    ];
    expect([...parsePackages(apk.join('\n'))]).toEqual([
      ['base-files', '1677~24b8db118b'],
      ['kmod-usb2', '6.1.0.56-r1'],
    ]);
  });

  it('words reach the shell as they are', () => {
    expect(quoteWords(['echo', "it's", '$HOME', '', 'a=b'])).toBe(`echo 'it'\\''s' '$HOME' '' a=b`);
  });

  it('USB devices with their interfaces, drivers and nodes', () => {
    const text = [
      'interface|1-0:1.0|00|hub|',
      'device|1-1.2|3|1199|9071|Sierra Wireless MC7455',
      'interface|1-1.2:1.12|0c|cdc_mbim| wwan0 cdc-wdm0',
      'interface|1-1.2:1.3|03|qcserial| ttyUSB2',
      'interface|1-1.2:1.8|08||',
      'device|usb1|1|1d6b|0002|EHCI | Controller',
    ].join('\n');
    const [modem, hub] = parseUsbDevices(text);
    expect(modem).toEqual({
      path: '1-1.2',
      number: 3,
      vendorId: '1199',
      productId: '9071',
      product: 'Sierra Wireless MC7455',
      interfaces: [
        { number: 3, driver: 'qcserial', nodes: ['ttyUSB2'] },
        { number: 8, driver: undefined, nodes: [] },
        { number: 12, driver: 'cdc_mbim', nodes: ['wwan0', 'cdc-wdm0'] },
      ],
    });
    expect(hub).toMatchObject({ product: 'EHCI | Controller', interfaces: [] });
  });

  it("usb devices on a maker's own QMI driver, which is called otherwise and does the same", () => {
    const text =
      'device|1-1|4|2c7c|0125|\ninterface|1-1:1.4|04|qmi_wwan_q| cdc-wdm0 wwan0\ninterface|1-1:1.2|02|option| ttyUSB2\n';
    expect(parseUsbDevices(text)[0]?.interfaces.map(({ driver }) => driver)).toEqual(['option', 'qmi_wwan']);
  });
});

describe('ping', () => {
  const summary = (stdout: string, stderr = ''): unknown =>
    parsePingSummary(resultOf('ping', { stdout, stderr, exitCode: 1 }));

  it('counts, also when nothing came back or nothing could be sent', () => {
    expect(summary('4 packets transmitted, 3 packets received, 25% packet loss\n')).toEqual({
      sent: 4,
      received: 3,
    });
    expect(summary('2 packets transmitted, 0 packets received, 100% packet loss\n')).toEqual({
      sent: 2,
      received: 0,
    });
    expect(summary('PING 8.8.8.8\n', 'ping: sendto: Network unreachable\n')).toEqual({
      sent: 0,
      received: 0,
    });
    expect(summary('', 'ping: a.lab: Name or service not known\n')).toEqual({ sent: 0, received: 0 });
    // Seen of busybox 1.37 where a rule of the output hook drops what it sends.
    const barred = summary(
      'PING 8.8.8.8 (8.8.8.8): 56 data bytes\n',
      'ping: sendto: Operation not permitted\n',
    );
    expect(barred).toEqual({ sent: 0, received: 0 });
    expect(() => summary('', 'ping: permission denied\n')).toThrow(/packets transmitted/);
  });

  it('reads replies, leaves out what is none, and goes on counting after 65,535', () => {
    const seen: unknown[] = [];
    const read = createPingReader((reply) => seen.push(reply));
    read('PING 8.8.8.8 (8.8.8.8): 56 data bytes');
    read('64 bytes from 8.8.8.8: seq=65535 ttl=58 time=34.951 ms');
    read('64 bytes from 8.8.8.8: seq=65535 ttl=58 time=34.990 ms (DUP!)');
    read('64 bytes from 8.8.8.8: seq=1 ttl=58 time=9.5 ms');
    read('64 bytes from 8.8.8.8: seq=0 ttl=58 time=9.6 ms');
    expect(seen).toEqual([
      { seq: 65_535, rttMs: 34.951 },
      { seq: 65_537, rttMs: 9.5 },
      { seq: 65_536, rttMs: 9.6 },
    ]);
  });
});
