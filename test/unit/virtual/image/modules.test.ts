import { describe, expect, it } from '@jest/globals';

import { insertionOrder, moduleName, readModuleTable } from '../../../../harness/virtual/image/modules.ts';

// Lines of modules.dep as kmod 30 writes them for linux-image-6.1.0-56-amd64.
const table = readModuleTable(
  [
    'kernel/drivers/usb/common/usb-common.ko:',
    'kernel/drivers/usb/core/usbcore.ko: kernel/drivers/usb/common/usb-common.ko',
    'kernel/drivers/usb/class/cdc-wdm.ko: kernel/drivers/usb/core/usbcore.ko kernel/drivers/usb/common/usb-common.ko',
    'kernel/drivers/net/usb/qmi_wwan.ko: kernel/drivers/usb/class/cdc-wdm.ko kernel/drivers/usb/core/usbcore.ko kernel/drivers/usb/common/usb-common.ko',
  ].join('\n'),
);

describe('modules', () => {
  it('puts each after all that it needs, once', () => {
    expect(insertionOrder(['qmi_wwan', 'cdc-wdm'], table, new Set()).map(moduleName)).toEqual([
      'usb_common',
      'usbcore',
      'cdc_wdm',
      'qmi_wwan',
    ]);
  });

  it('skips what the kernel has inside, and names what it does not have at all', () => {
    expect(insertionOrder(['af_packet'], table, new Set(['af_packet']))).toEqual([]);
    expect(() => insertionOrder(['qcserial'], table, new Set())).toThrow('the kernel has no module qcserial');
  });

  it('knows packed files by the same names', () => {
    expect(moduleName('kernel/drivers/usb/class/cdc-wdm.ko.xz')).toBe('cdc_wdm');
  });
});
