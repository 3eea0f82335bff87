import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

const loss = (seconds: number, n: number): string =>
  `[ ${seconds}.100000] usb 1-1.2: USB disconnect, device number ${n}
[ ${seconds}.200000] option1 ttyUSB0: GSM modem (1-port) converter now disconnected from ttyUSB0
[ ${seconds + 9}.100000] usb 1-1.2: new high-speed USB device number ${n + 1} using ehci-platform
[ ${seconds + 9}.200000] option 1-1.2:1.0: GSM modem (1-port) converter detected
`;

describe('a modem that leaves USB', () => {
  it('F16: the cause stays open', () => {
    expect(diagnosed(loss(500, 4))).toMatchObject({ abstains: true, faults: ['F16'] });
  });

  it('F15 when it goes by the clock', () => {
    const d = diagnosed([100, 190, 280, 370].map((t, i) => loss(t, i + 4)).join(''));
    expect(d).toMatchObject({ rung: 'S1', abstains: false, faults: ['F15'] });
    expect(d.causes[0]?.title).toContain('every 90 s');
  });

  it('not F15 at irregular times', () => {
    expect(diagnosed([100, 190, 700, 830].map((t, i) => loss(t, i + 4)).join('')).faults).toEqual(['F16']);
  });

  it('F101: an effect of the reset that a monitor ordered, the registration is the fault', () => {
    const d = diagnosed(`Mon Jul  8 08:39:07 2024 : MBIM Connect 1 Subscriber registration failed
Mon Jul  8 08:39:08 2024 : Modem Restart/Disconnect 1 Hard modem reset done
Mon Jul  8 08:39:09 2024 : usb-modeswitch  Remove 1-2.1`);
    expect(d).toMatchObject({ rung: 'S6', abstains: true, faults: ['F57', 'F101'] });
  });

  it('no fault after a reset by AT command, or when a stick switches its mode', () => {
    expect(diagnosed(`AT+CFUN=1,1\nOK\n${loss(500, 4)}`).faults).toEqual([]);
    expect(
      diagnosed(`[ 9.5] usb-storage 1-1.5:1.0: USB Mass Storage device detected
[ 12.9] usb 1-1.5: USB disconnect, device number 5
[ 13.3] usb 1-1.5: new high-speed USB device number 6 using dwc_otg
[ 13.5] option 1-1.5:1.0: GSM modem (1-port) converter detected
[ 13.6] usb 1-1.5: GSM modem (1-port) converter now attached to ttyUSB0`).faults,
    ).toEqual([]);
  });

  const changed = (after: string): string => `[  44.34] qmi_wwan 1-1:1.8: cdc-wdm0: USB WDM device
[  44.36] qmi_wwan 1-1:1.8 wwan0: register 'qmi_wwan' at usb-0000:00:04.0-1, WWAN/QMI device, 02:00:44:ed:3b:11
[1215.80] usb 1-1: USB disconnect, device number 2
[1216.28] qcserial ttyUSB2: Qualcomm USB modem converter now disconnected from ttyUSB2
[1216.90] qmi_wwan 1-1:1.8 wwan0: unregister 'qmi_wwan' usb-0000:00:04.0-1, WWAN/QMI device
[1224.36] usb 1-1: new high-speed USB device number 3 using xhci_hcd
[1227.01] ${after}: cdc-wdm0: USB WDM device
`;

  it('no fault where it comes back with another function: its composition was changed', () => {
    expect(diagnosed(changed('cdc_mbim 1-1:1.12')).faults).toEqual([]);
    expect(diagnosed(changed('qmi_wwan 1-1:1.8')).faults).toEqual(['F16']);
    const still = `daemon.notice netifd: wwan (10305): Waiting for SIM initialization
daemon.notice netifd: wwan (10305): Request timed out
daemon.notice netifd: wwan (10305): "Failed to connect to service"`;
    const told = diagnosed(`${changed('cdc_mbim 1-1:1.12')}${still}`);
    expect(told).toMatchObject({ abstains: false, faults: ['F34'] });
  });
});
