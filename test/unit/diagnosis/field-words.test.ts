import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../support/diagnosed.ts';

interface Case {
  /** Where the words were seen. */
  readonly seen: string;
  readonly log: string;
  readonly faults: readonly string[];
  readonly abstains?: boolean;
}

const netifd = (iface: string, ...words: string[]): string =>
  words.map((text) => `Fri Jan 26 16:58:12 2024 daemon.notice netifd: ${iface} (3482): ${text}`).join('\n');

/** Words of programs and kernels that no script of OpenWrt's own prints, each from somebody's trouble. */
const CASES: readonly Case[] = [
  {
    seen: 'openwrt/packages#23171: netifd asks before ModemManager has the modem, and gives up for good',
    log: `${netifd('Mobile', 'stopping network', "error: couldn't find modem")}
Fri Jan 26 16:58:19 2024 daemon.notice [2957]: <msg> [device /sys/devices/usb1/1-1] creating modem with plugin 'simtech' and '7' ports`,
    faults: ['F34'],
    abstains: false,
  },
  {
    seen: 'openwrt/openwrt#11729: ModemManager never has it',
    log: netifd('wan', "error: couldn't find modem", 'Device not managed by ModemManager'),
    faults: ['F34'],
    abstains: true,
  },
  {
    seen: 'forum.openwrt.org/t/248352: it was not there at first, and then disabled and in low power',
    log: 'root@OpenWrt:~# mmcli -L\nNo modems were found\nroot@OpenWrt:~# mmcli -m 0\n General | path: /org/freedesktop/ModemManager1/Modem/0\n Status | state: disabled\n | power state: low',
    faults: ['F53'],
  },
  {
    seen: 'forum.openwrt.org/t/65122: the log begins at the chat',
    log: `local2.info chat[4359]: abort on (BUSY)
local2.info chat[4359]: send (AT&F^M)
local2.info chat[4359]: expect (OK)
local2.info chat[4359]: alarm
local2.info chat[4359]: Failed
daemon.err pppd[4353]: Connect script failed`,
    faults: ['F72'],
    abstains: true,
  },
  {
    seen: 'lists.freedesktop.org libqmi-devel 2016-December: a PIN is wanted, in the words of qmicli',
    log: "[/dev/cdc-wdm0] Successfully got card status\n Application state: 'pin1-or-upin-pin-required'\n PIN1 state: 'enabled-not-verified'",
    faults: ['F43'],
  },
  {
    seen: 'FUjr/QModem#145: the modem stops answering quectel-CM',
    log: '[12-03_13:07:13:481] requestQueryDataCall message timeout\n[12-03_13:07:13:482] requestQueryDataCall err = 110\n[12-03_13:09:28:483] requestSetupDataCall err = 110',
    faults: ['F32'],
    abstains: true,
  },
  {
    seen: 'community.sixfab.com/t/1420: quectel-CM on a modem that is not attached',
    log: '[06-13_20:35:39:252] requestRegistrationState2 MCC: 0, MNC: 0, PS: Detached, DataCap: UNKNOW',
    faults: ['F61'],
    abstains: true,
  },
  {
    seen: 'openwrt/openwrt#17283: how kernels from 6.8 on say it',
    log: 'kern.crit kernel: [ 5450.069735] qmi_wwan 2-1:1.4 wwan0: NETDEV WATCHDOG: CPU: 3: transmit queue 0 timed out 5400 ms',
    faults: ['F38'],
  },
  {
    seen: 'openwrt/openwrt#19765: the same of a wired port',
    log: 'kern.crit kernel: [1317557.006117] mtk_soc_eth 1e100000.ethernet eth0: NETDEV WATCHDOG: CPU: 1: transmit queue 3 timed out 3685740 ms',
    faults: [],
  },
  {
    seen: 'FUjr/QModem#111',
    log: [36, 41, 46].map((s) => `[2025-09-12 15:50:${s}] modem_dial:at port response unexpected`).join('\n'),
    faults: ['F71'],
    abstains: true,
  },
  {
    seen: 'forum.openwrt.org/t/26730: a stick that shows its disk',
    log: 'Bus 001 Device 004: ID 05c6:f000 Qualcomm, Inc.\n[ 1306.95] usb-storage 1-1.2:1.0: USB Mass Storage device detected',
    faults: ['F29'],
    abstains: false,
  },
  {
    seen: 'openwrt/openwrt#84: a stick that showed its disk, and switched',
    log: `[ 10.0] usb 1-1.4: New USB device found, idVendor=12d1, idProduct=1f01
[ 12.0] usb 1-1.4: USB disconnect, device number 4
[ 14.4] usb 1-1.4: New USB device found, idVendor=12d1, idProduct=1506
[ 14.6] huawei_cdc_ncm 1-1.4:1.2: cdc-wdm0: USB WDM device`,
    faults: [],
  },
  {
    seen: 'forums.quectel.com/t/16036: mmcli names PIN2 of every modem that has one',
    log: ' Status | lock: sim-pin2\n | state: enabled\n | power state: on\n 3GPP | registration: denied',
    faults: ['F58'],
  },
  {
    seen: 'koo.fi 2022-12-21: a laptop maker locks a Quectel EM05-G, which then says that it has no SIM',
    log: " Status | failed reason: sim-missing\n[/dev/cdc-wdm0] Radio state retrieved: 'fcc-locked'",
    faults: ['F50'],
  },
  {
    seen: 'raspberrypi/linux#5116',
    log: "usb 1-1.2.3: unable to read config index 0 descriptor/all\nusb 1-1.2.3: can't read configurations, error -71",
    faults: ['F18'],
  },
  {
    seen: 'openwrt/packages#15290: ModemManager itself crashes',
    log: 'kern.info kernel: [   84.6] do_page_fault(): sending SIGSEGV to ModemManager for invalid read access from 00000000\ndaemon.info procd: Instance modemmanager::instance1 s in a crash loop 6 crashes, 7 seconds since last crash',
    faults: ['F113'],
  },
  {
    seen: 'sbwml/r4s_build_script#9: a modem on PCIe',
    log: '[   25.88] mhi mhi0: MHI did not enter READY state\n[   25.89] mhi-pci-generic: probe of 0000:03:00.0 failed with error -110',
    faults: ['F112'],
    abstains: true,
  },
  {
    seen: 'fwupd/firmware-lenovo#415',
    log: 'kernel: mhi-pci-generic 0000:08:00.0: firmware crashed (6)\nkernel: wwan wwan0: port wwan0mbim0 disconnected',
    faults: ['F97'],
  },
  {
    seen: 'istoreos/istoreos#1474: ModemManager loses a call that nobody ended',
    log: '<info>  [modem0] state changed (connected -> registered)\n<info>  [modem0/bearer0] connection #1 finished: duration 1741s, tx: 15261888 bytes, rx: 574788696 bytes',
    faults: ['F92'],
    abstains: true,
  },
  {
    seen: 'Ysurac/openmptcprouter#3549: one that was ended by order',
    log: '<inf> [modem3] processing user request to disconnect modem: all bearers\n<msg> [modem3] state changed (connected -> disconnecting)\n<msg> [modem3] state changed (disconnecting -> registered)',
    faults: [],
  },
  {
    seen: "LuCI's page of an interface whose handler is not installed",
    log: 'Protocol: Unsupported\nUnsupported protocol type.\nInstall protocol extensions...\nQuectel EC25 on /dev/cdc-wdm0',
    faults: ['F114'],
  },
  {
    seen: 'Ysurac/openmptcprouter#1206: a hub that is reset at boot, with whatever hangs on it',
    log: `[   12.78] usb 1-1.1.4: USB disconnect, device number 5
[   13.71] usb 1-1.1: USB disconnect, device number 3
[   13.72] usb 1-1.1-port1: attempt power cycle
[   14.31] hub 1-1.1:1.0: USB hub found
[   14.61] usb 1-1.1.1: New USB device found, idVendor=0951, idProduct=1666`,
    faults: [],
  },
  {
    seen: "ROOter's create_connect.sh, mbim.sh and get_profile.sh (ROOterSource2203)",
    log: 'Mon Jul  8 08:39:07 2024 : Create Connection 1 Modem 1 Failed to Unlock SIM Pin',
    faults: ['F43'],
  },
  {
    seen: 'the same',
    log: 'Mon Jul  8 08:39:07 2024 : Get Profile 1 Warning: IMSI cannot be read - SIM card missing or locked?',
    faults: ['F40'],
    abstains: true,
  },
  {
    seen: 'the same',
    log: 'Mon Jul  8 08:39:07 2024 : QMI Connect 1 Network registration failed, registration timeout reached',
    faults: ['F57'],
    abstains: true,
  },
  {
    seen: 'the same',
    log: 'Mon Jul  8 08:39:07 2024 : MBIM Connect 1 Attach to network\nMon Jul  8 08:39:09 2024 : MBIM Connect 1 Failed to connect to network',
    faults: ['F79'],
    abstains: true,
  },
  {
    seen: 'openwrt/openwrt#18727, a start of the session that is not answered by a modem that answered all before',
    log: netifd(
      'wan',
      'PIN verification is disabled',
      'Starting network wan',
      'Request timed out',
      'Unable to connect IPv4',
    ),
    faults: ['F78'],
    abstains: true,
  },
  {
    seen: 'openwrt/openwrt#18772: the card is switched off and on too fast for it; the modem fails to answer once',
    log: netifd(
      'lte',
      'Waiting for SIM initialization',
      'SIM in illegal state - Power-cycling SIM',
      'SIM in illegal state - Power-cycling SIM',
      '"Failed to connect to service"',
      'SIM in illegal state - Power-cycling SIM',
    ),
    faults: ['F42'],
    abstains: true,
  },
  {
    seen: 'pinephone_modem_sdk#213: the modem leaves USB since a program told it to',
    log: `Sep 05 17:30:40 mobian eg25-manager[51115]: Trying to reset modem with USB ID '2-1'
Sep 05 17:30:40 mobian kernel: option1 ttyUSB0: GSM modem (1-port) converter now disconnected from ttyUSB0
Sep 05 17:30:40 mobian kernel: option 2-1:1.0: device disconnected`,
    faults: [],
    abstains: true,
  },
  {
    seen: 'community.teltonika.lt/t/10821: gsmd while a modem update hangs',
    log: `Mon Dec 2 19:54:59 2024 daemon.info gsmd[3553]: [__write:1300] warning: [CMM] Write to \`1-1 [2c7c:6005]\` modem failed: errno 5
Mon Dec 2 19:54:59 2024 daemon.info gsmd[3553]: [common_write_handle:224] warning: [CMM] Failed to send command (0/8 bytes transferred) to \`1-1 [2c7c:6005]\` modem!`,
    faults: ['F35'],
    abstains: true,
  },
  {
    seen: 'openmptcprouter#468: ncm.sh reads a signal report where the maker should be',
    log: netifd(
      'LTE0001',
      "WARNING: Variable '^rssi:20' does not exist or is not an array/object",
      'Unsupported modem',
    ),
    faults: ['F71'],
    abstains: false,
  },
  {
    seen: 'an EM7690 in a MOFI 5500 after a reset to its defaults',
    log: 'AT!IMPREF?\ncurrent carrier name:    GENERIC\nfw mismatch\n\nOK',
    faults: ['F51'],
  },
  {
    seen: 'forum.gl-inet.com/t/4294: usbmode -l still finds it',
    log: 'Found device: 0af0:d055 (Manufacturer: "Option Wireless Technology", Product: "Globetrotter", Serial: "1")',
    faults: ['F29'],
    abstains: false,
  },
  {
    seen: 'openwrt/packages#23590, #30299: a modem with one combination of modes; without an initial bearer to set',
    log: netifd(
      'wan',
      "setting allowed mode to 'any'",
      "error: couldn't set current modes: 'GDBus.Error:org.freedesktop.ModemManager1.Error.Core.Unsupported: Cannot change modes: only one combination supported'",
    ),
    faults: ['F115'],
    abstains: false,
  },
  {
    seen: 'the same where the handler went on',
    log:
      netifd(
        'wan',
        "error: couldn't set current modes: 'GDBus.Error: Unsupported'",
        'IPv4 connection setup required in interface wan: static',
        'adding IPv4 address 10.0.0.2, prefix 30',
      ) + "\ndaemon.notice netifd: Interface 'wan' is now up",
    faults: [],
  },
  {
    seen: 'xmm7360-pci#227: a card that ModemManager does not get to see',
    log: `  System   |           drivers: iosm
           |      primary port: wwan0at1
  Status   |             state: failed
           |     failed reason: sim-missing`,
    faults: ['F40'],
    abstains: true,
  },
  {
    seen: 'the same over MBIM',
    log: netifd(
      'wan',
      'mbim[3952] Registered in home mode',
      'mbim[3952] Attach to network',
      'mbim[3952] Connect to network',
      'ERROR: mbim message timeout',
      'mbim[3952] Failed to connect bearer',
    ),
    faults: ['F79'],
    abstains: true,
  },
];

describe('words from the field', () => {
  it.each(CASES)('$seen: $faults', ({ log, faults, abstains }) => {
    const d = diagnosed(log);
    expect(d.faults).toEqual(faults);
    if (abstains !== undefined) expect(d.abstains).toBe(abstains);
  });

  it('a link that a handler of its own brings up is a modem, and well (mrhaav/openwrt#17)', () => {
    const d = diagnosed(
      `${netifd('FM350', 'Initiate modem with interface eth1', 'SIMcard ready', 'Activate session')}
daemon.notice netifd: Interface 'FM350' is now up`,
    );
    expect(d).toMatchObject({ subject: 'healthy', faults: [] });
  });
});

describe('a modem of which one interface is spare', () => {
  const dump = (...drivers: string[]): string =>
    [
      'P:  Vendor=2c7c ProdID=0125 Rev= 3.18',
      ...drivers.map(
        (driver, i) => `I:* If#= ${i} Alt= 0 #EPs= 3 Cls=ff(vend.) Sub=00 Prot=00 Driver=${driver}`,
      ),
    ].join('\n');

  it('lacks no driver: ADB has none', () => {
    expect(diagnosed(dump('option', 'option', 'option', 'option', 'qmi_wwan', '(none)')).faults).toEqual([]);
  });

  it('lacks one where the whole kind has none', () => {
    expect(diagnosed(dump('option', 'option', 'option', 'option', '(none)')).faults).toEqual(['F03']);
    expect(diagnosed(dump('(none)', '(none)', '(none)', '(none)', 'qmi_wwan')).faults).toEqual(['F07']);
  });

  it('says nothing of a Gobi 3000 whose network function nobody uses (forum.turris.cz/t/13189)', () => {
    const tree = ['', 'qcserial', 'qcserial', 'qcserial'].map(
      (driver, i) => `|__ Port 1: Dev 2, If ${i}, Class=Vendor Specific Class, Driver=${driver}, 480M`,
    );
    expect(diagnosed(tree.join('\n')).faults).toEqual([]);
  });
});
