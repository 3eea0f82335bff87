import { describe, expect, it } from '@jest/globals';

import { seconds } from '../../../../../harness/core/units.ts';
import { glinet2018 } from '../../../../../harness/sim/router/flavours/glinet-2018.ts';
import { openwrt2512 } from '../../../../../harness/sim/router/flavours/openwrt-25.12.ts';
import { ec25, mc7455 } from './fake-modem.ts';
import { createRig, type Rig, type RigOptions } from './rig.ts';
import { normal, sessions } from './vectors.ts';

const BUS = '/sys/bus/usb/devices';

async function plugged(options: RigOptions = {}): Promise<Rig> {
  const rig = createRig({ ...options, identity: undefined });
  await rig.drive(async () => {
    rig.net.start();
    await rig.clock.sleep(seconds(1));
    rig.modem.plug(options.identity ?? mc7455);
    await rig.clock.sleep(seconds(3));
  });
  return rig;
}

const kernel = (rig: Rig): string[] => normal(rig.log().filter((line) => line.startsWith('kern.')));
const text = (rig: Rig, path: string): string | undefined => rig.machine.files.readText(path);

describe('the USB bus', () => {
  it('logs a Quectel modem as a real kernel does', async () => {
    const rig = await plugged({ identity: ec25 });
    expect(kernel(rig)).toEqual(normal(sessions.ec25Plugged));
  });

  it('says nothing of bcdDevice on old kernels', async () => {
    const rig = await plugged({ flavour: glinet2018, usbPath: '1-1.2' });
    const lines = kernel(rig);
    expect(lines).toContain(
      'kern.info kernel: usb 1-1.2: New USB device found, idVendor=1199, idProduct=9071',
    );
    expect(lines.at(-1)).toContain("register 'qmi_wwan' at usb-ehci-platform-1.2, WWAN/QMI device");
  });

  it('shows the device, its functions and their drivers in sysfs', async () => {
    const { machine } = await plugged({ usbPath: '1-1.2' });
    const { files } = machine;
    const read = (name: string): string | undefined => files.readText(`${BUS}/1-1.2/${name}`);
    expect(read('idVendor')).toBe('1199\n');
    expect(read('idProduct')).toBe('9071\n');
    expect(read('bcdDevice')).toBe('0006\n');
    expect(read('bNumInterfaces')).toBe(' 4\n');
    expect(files.readText(`${BUS}/1-1.2:1.8/bInterfaceNumber`)).toBe('08\n');
    expect(files.readLink(`${BUS}/1-1.2:1.3/driver`)).toMatch(/\/bus\/usb\/drivers\/qcserial$/);
    expect(files.resolve(`${BUS}/1-1.2:1.3/driver`)).toBe('/sys/bus/usb/drivers/qcserial');
    expect(files.kind(`${BUS}/1-1.2:1.3/ttyUSB2`)).toBe('directory');
    expect(files.list(`${BUS}/1-1.2:1.8/net`)).toEqual(['wwan0']);
    expect(files.list('/sys/class/usbmisc/cdc-wdm0/device/net')).toEqual(['wwan0']);
    expect(files.kind('/dev/ttyUSB2')).toBe('device');
    expect(files.stat('/dev/cdc-wdm0')?.device).toEqual({ major: 180, minor: 0 });
    expect(files.readText('/sys/class/net/wwan0/operstate')).toBe('down\n');
  });

  it('leaves nothing behind when the device goes', async () => {
    const rig = await plugged({ usbPath: '1-1.2' });
    rig.modem.unplug();
    const { files } = rig.machine;
    expect(files.list(BUS)).toEqual(['1-0:1.0', '1-1', '1-1:1.0', 'usb1']);
    expect(files.list('/sys/devices/platform/1b000000.usb/usb1/1-1')).not.toContain('1-1.2');
    expect(files.list('/dev')).toEqual([]);
    expect(files.list('/sys/class/tty')).toEqual([]);
    expect(files.list('/sys/class/net')).toEqual(['br-lan', 'eth0', 'eth1', 'lo']);
    expect(rig.machine.usb.present()).toEqual([]);
    expect(rig.machine.usb.openTty('/dev/ttyUSB2')).toBeUndefined();
  });

  it('binds only drivers whose package is installed', async () => {
    const { 'kmod-usb-serial-qualcomm': _, ...packages } = openwrt2512.packages;
    const rig = await plugged({ flavour: { ...openwrt2512, packages } });
    expect(rig.machine.files.list('/dev')).toEqual(['cdc-wdm0']);
    expect(rig.machine.files.kind(`${BUS}/1-1:1.3/driver`)).toBeUndefined();
    expect(text(rig, '/sys/kernel/debug/usb/devices')).toContain(
      'If#= 3 Alt= 0 #EPs= 3 Cls=ff(vend.) Sub=00 Prot=00 Driver=(none)',
    );
  });

  it('lists the device in debugfs as the kernel does', async () => {
    const rig = await plugged({ usbPath: '1-1.2' });
    const devices = text(rig, '/sys/kernel/debug/usb/devices') ?? '';
    expect(devices).toContain(
      [
        'T:  Bus=01 Lev=02 Prnt=02 Port=01 Cnt=01 Dev#=  3 Spd=480  MxCh= 0',
        'D:  Ver= 2.00 Cls=00(>ifc ) Sub=00 Prot=00 MxPS=64 #Cfgs=  1',
        'P:  Vendor=1199 ProdID=9071 Rev= 0.06',
        'S:  Manufacturer=Sierra Wireless, Incorporated',
      ].join('\n'),
    );
    expect(devices).toContain('I:* If#= 8 Alt= 0 #EPs= 3 Cls=ff(vend.) Sub=ff Prot=ff Driver=qmi_wwan');
  });

  it('takes drivers off and puts them back by the authorized file, and a call ends with them', async () => {
    const rig = await plugged();
    await rig.drive(async () => {
      await rig.run(['ifup', 'wwan']);
      await rig.clock.sleep(seconds(10));
      expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: true });
      rig.machine.files.write(`${BUS}/1-1/authorized`, '0');
      expect(rig.machine.files.list('/dev')).toEqual([]);
      expect(text(rig, `${BUS}/1-1/authorized`)).toBe('0\n');
      await rig.clock.sleep(seconds(10));
      expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: false, available: false });
      rig.machine.files.write(`${BUS}/1-1/authorized`, '1\n');
      await rig.clock.sleep(seconds(15));
    });
    expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: true });
    expect(rig.log().filter((line) => line.includes('Modem hangup'))).toHaveLength(1);
    expect(rig.log().filter((line) => line.includes('USB disconnect'))).toEqual([]);
  });

  it('forgets a device that leaves again while it is being looked at', async () => {
    const rig = createRig({ identity: undefined });
    await rig.drive(async () => {
      rig.net.start();
      rig.modem.plug(mc7455);
      await rig.clock.sleep(300);
      rig.modem.unplug();
      await rig.clock.sleep(seconds(3));
    });
    expect(rig.machine.files.list('/dev') ?? []).toEqual([]);
    expect(rig.log().at(-1)).not.toContain('attached');
  });
});
