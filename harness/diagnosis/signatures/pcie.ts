import { cause, seen, type Signature } from '../signature.ts';

/** Modems on PCIe: Qualcomm's MHI, MediaTek's T7xx. */
export const pcie: readonly Signature[] = [
  {
    fault: 'F112',
    title: 'the PCIe modem does not start: its firmware never says that it is ready',
    rung: 'S2',
    settles: false,
    causes: [
      cause(
        'the modem is set to USB, and has PCIe as an end point without a function',
        'lsusb: is it there as well? AT+QCFG="data_interface" on its USB port',
        'AT+QCFG="data_interface",1,0 and a restart (Quectel); or use it over USB',
      ),
      cause(
        'reset or power of the slot comes too late or not at all',
        'echo 1 > /sys/bus/pci/devices/.../remove; power it off and on; echo 1 > /sys/bus/pci/rescan: ready now?',
        "the board's GPIO for the slot, a delay before the driver is loaded",
      ),
      cause(
        'two drivers want it: pcie_mhi of its vendor and mhi_pci_generic of the kernel',
        'lsmod | grep -i mhi',
        'leave one of them',
      ),
      cause('its firmware is damaged', 'the same card in another host', 'flash it'),
    ],
    match: seen(
      /did not enter READY|failed to enter (?:MHI )?ready|failed to power up MHI controller|^(?:mhi-pci-generic|mtk_t7xx|iosm)\S*:? .*probe.*failed|^probe of .*mhi.*failed|^mtk_t7xx \S+: .*(?:[Hh]andshake|boot|port).*(?:fail|time-?out)/i,
      { confidence: 'certain', overcomeAt: 'S3', explains: ['F27'] },
    ),
  },
];
