import { cause, seen, type Signature } from '../signature.ts';

/** Errors on a USB port that is open. */
export const usbPortErrors: readonly Signature[] = [
  {
    fault: 'F103',
    title: 'the kernel floods itself: cdc_wdm resubmits its interrupt transfer for ever after the modem died',
    rung: 'S10',
    settles: true,
    causes: [
      cause(
        'resubmit loop of cdc_wdm on -EPROTO after the modem was reset or switched off',
        'dmesg | grep -c wdm_int_callback twice: lines per second; unbind cdc_wdm: does it stop?',
        'a kernel with the fix; unbind the driver before resetting the modem',
      ),
    ],
    match: seen(/wdm_int_callback - (?:0 bytes|usb_submit_urb failed|nonzero urb)/, {
      explains: ['F20', 'F16'],
    }),
  },
  {
    fault: 'F20',
    title: 'transfers on an open port of the modem fail (-71): the modem stopped answering on USB',
    rung: 'S10',
    settles: false,
    causes: [
      cause(
        'the modem firmware died',
        'lsusb: is it still listed? does a power cut cure it, and a firmware update for good?',
        'newer modem firmware',
      ),
      cause(
        'supply dips at full transmit power, as in bad radio conditions',
        'the same place with a powered adapter or a bench supply',
        'a powered adapter, a better antenna',
      ),
      cause('it was pulled out', 'is there a "USB disconnect" line?', '-'),
    ],
    match: seen(/(?:bulk_callback|urb|interrupt).*(?:status|failed|received|stopped): -(?:71|75)\b/i, {
      confidence: 'certain',
      explains: ['F16'],
    }),
  },
];
