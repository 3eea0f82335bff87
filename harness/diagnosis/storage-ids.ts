// As they come out of the box: Huawei, ZTE, Qualcomm's own, Longcheer, Option, Sierra's TRU-Install (usb_modeswitch's list).
const IDS = new RegExp(
  [
    '12d1:(?:1f01|14fe|1446|1449|1505|1520|1521|155b|1c0b|1da1)',
    '19d2:(?:2000|0083|0166|0120|1225|1403|0101)',
    '(?:05c6|1c9e|1bbb|1e0e):f000|05c6:1000|1c9e:(?:9e00|98ff)|1199:0fff|1410:5010|2020:0002',
  ].join('|'),
  'i',
);
const FOUND = /idVendor=([0-9a-f]{4}), idProduct=([0-9a-f]{4})/i;
const LISTED = /\bID ([0-9a-f]{4}:[0-9a-f]{4})\b/i;

/** Does this line of the kernel or of lsusb name a stick that shows its installer disk instead of its modem? */
export function namesStorageMode(text: string): boolean {
  const found = FOUND.exec(text);
  return IDS.test(found ? `${found[1]}:${found[2]}` : (LISTED.exec(text)?.[1] ?? ''));
}
