import { describe, expect, it } from '@jest/globals';

import { findMisfit, hintOf, type Misfit } from '../../../harness/procedures/misfit.ts';
import type { ExpectedInterface } from '../../../harness/rig/modem.ts';
import type { Rig } from '../../../harness/rig/rig.ts';
import type { UsbDevice } from '../../../harness/rig/router.ts';
import { testCtx } from '../../support/ctx.ts';
import { resultOf } from '../../support/fake-router.ts';
import { ec25, scriptedRig } from '../../support/scripted-rig.ts';

const QMI: ExpectedInterface = { number: 4, purpose: 'QMI', driver: 'qmi_wwan', nodes: ['cdc-wdm', 'wwan'] };
const ECM: ExpectedInterface = { number: 4, purpose: 'ECM', driver: 'cdc_ether', nodes: ['usb'] };
const shows = {
  qmi: { number: 4, driver: 'qmi_wwan', nodes: ['cdc-wdm0', 'wwan0'] },
  ecm: { number: 4, driver: 'cdc_ether', nodes: ['usb0'] },
};

type Options = Readonly<Record<string, string>>;
interface Scene {
  readonly mode?: keyof typeof shows;
  /** What the router has besides: files, and where links lead. */
  readonly files?: readonly string[];
  readonly deviceOption?: 'device' | 'ifname';
}

const PLACE = '/sys/devices/platform/ehci/usb1/1-1/1-1.2';

function misfitOf(options: Options, { mode = 'qmi', files = [], deviceOption = 'device' }: Scene = {}) {
  const { rig: base } = scriptedRig();
  const usb: UsbDevice = { ...ec25, interfaces: [...ec25.interfaces, shows[mode]] };
  const rig: Rig = {
    ...base,
    modem: { ...base.modem, modes: { ...base.modem.modes, qmi: [QMI], ecm: [ECM] } },
    router: {
      ...base.router,
      deviceOption: () => Promise.resolve(deviceOption),
      uciSections: () => Promise.resolve([{ path: 'wwan', type: 'interface', options }]),
      usbDevices: () => Promise.resolve([usb]),
      shell: (_ctx, script) => Promise.resolve(resultOf(script, { exitCode: 1 })),
      exec: (_ctx, [program, , ...paths]) => {
        const leads = paths.map((path) => (path === '/sys/bus/usb/devices/1-1.2' ? PLACE : path));
        if (program === 'readlink') return Promise.resolve(resultOf('readlink', leads.join('\n')));
        return Promise.resolve(
          resultOf('ls', { exitCode: paths.every((path) => files.includes(path)) ? 0 : 1 }),
        );
      },
    },
  };
  return testCtx().drive((ctx) => findMisfit(ctx, rig));
}

const eth = (name: string): string[] => [`/sys/class/net/${name}`, `/sys/class/net/${name}/device`];

/** What is said, and the uci lines to type. */
const told = (misfit: Misfit | undefined): readonly string[] | undefined =>
  misfit && [misfit.text.replace('interface wwan dials ', ''), hintOf(misfit)];

describe('an interface whose device its protocol cannot dial on', () => {
  it.each<[string, Options, Scene, string, string]>([
    [
      'dhcp on the port of a cable',
      { proto: 'dhcp', device: 'eth1' },
      { mode: 'ecm', files: eth('eth1') },
      'dhcp and names eth1, which is not of this modem',
      'uci set network.wwan.device=usb0;',
    ],
    [
      'dhcp by its older name, on one that is gone',
      { proto: 'dhcp', ifname: 'usb1' },
      { mode: 'ecm', deviceOption: 'ifname' },
      'dhcp and names usb1, which is not there',
      'uci set network.wwan.ifname=usb0;',
    ],
    [
      'dhcp where the modem shows QMI',
      { proto: 'dhcp', device: 'usb0' },
      {},
      'dhcp and names usb0, which is not there; USB shows the modem in qmi mode',
      'uci set network.wwan.proto=qmi; uci set network.wwan.device=/dev/cdc-wdm0;',
    ],
    [
      'qmi where the modem shows ECM',
      { proto: 'qmi', device: '/dev/cdc-wdm0' },
      { mode: 'ecm' },
      'qmi and names /dev/cdc-wdm0, which is not there; USB shows the modem in ecm mode',
      'uci set network.wwan.proto=dhcp; uci set network.wwan.device=usb0;',
    ],
    [
      'qmi on the network device',
      { proto: 'qmi', device: 'wwan0' },
      {},
      'qmi and names wwan0, the network device of qmi_wwan: qmi takes the control device of a QMI function',
      'uci set network.wwan.device=/dev/cdc-wdm0;',
    ],
    [
      'ncm on a control device that takes no AT',
      { proto: 'ncm', device: '/dev/cdc-wdm0' },
      {},
      'ncm and names /dev/cdc-wdm0, the control device of qmi_wwan: ncm takes a port that answers AT',
      'uci set network.wwan.device=/dev/ttyUSB2;',
    ],
    [
      'directip on the port for satellite positions',
      { proto: 'directip', device: '/dev/ttyUSB9' },
      {},
      'directip and names /dev/ttyUSB9, which is not there',
      'uci set network.wwan.device=/dev/ttyUSB2;',
    ],
    [
      'ModemManager with a node',
      { proto: 'modemmanager', device: '/dev/cdc-wdm0' },
      {},
      `modemmanager and names /dev/cdc-wdm0: it takes the folder of the modem, ${PLACE}`,
      `uci set network.wwan.device=${PLACE};`,
    ],
    [
      'ModemManager with a link to the folder',
      { proto: 'modemmanager', device: '/sys/bus/usb/devices/1-1.2' },
      {},
      `modemmanager and names /sys/bus/usb/devices/1-1.2: it takes the folder of the modem, ${PLACE}`,
      `uci set network.wwan.device=${PLACE};`,
    ],
  ])('is told with the line that helps: %s', async (_what, options, scene, text, line) => {
    expect(told(await misfitOf(options, scene))).toEqual([text, expect.stringContaining(line)]);
  });

  it.each<[string, Options, Scene]>([
    ['dhcp on its network device', { proto: 'dhcp', device: 'usb0' }, { mode: 'ecm' }],
    ['dhcp behind a program that has dialled', { proto: 'dhcp', device: 'wwan0' }, {}],
    ['dhcp on a VLAN', { proto: 'dhcp', device: 'eth1.7' }, { mode: 'ecm', files: eth('eth1.7') }],
    [
      'dhcp on a device without hardware',
      { proto: 'dhcp', device: 'eth7' },
      { mode: 'ecm', files: ['/sys/class/net/eth7'] },
    ],
    ['ncm on its AT port', { proto: 'ncm', device: '/dev/ttyUSB2' }, {}],
    ['directip on its AT port', { proto: 'directip', device: '/dev/ttyUSB2' }, {}],
    ['ModemManager with its folder', { proto: 'modemmanager', device: PLACE }, {}],
    ["ModemManager with a name of one's own", { proto: 'modemmanager', device: 'slot1' }, {}],
    ["a protocol that is nobody's", { proto: 'static', device: 'eth0' }, {}],
  ])('is none: %s', async (_what, options, scene) => {
    expect(await misfitOf(options, scene)).toBeUndefined();
  });
});
