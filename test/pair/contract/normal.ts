/**
 * What differs from run to run, or from board to board, and says nothing: times, process numbers, addresses, handles,
 * the place of a USB port. In this order.
 */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4} /gm, ''],
  [/\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \w+ \d{4}/g, '<date>'],
  [/\[ *\d+\.\d{6}\] /g, ''],
  [/usb-[\w:.-]+(?=, )|usb-[\w:.-]+ (?=[A-Z])/g, '<bus>'],
  [/\busb 1-[\d.]+:/g, 'usb <port>:'],
  [/ 1-[\d.]+:1\./g, ' <port>:1.'],
  [/ device number \d+(?: using \S+)?/g, ' device number N'],
  [/\b0x[0-9a-f]{8}\b/g, '<magic>'],
  [/(?<![\w.])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi, '<mac>'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '<ip>'],
  [/(?<![\w.:])(?=[0-9a-f:]*:[0-9a-f:]*:)[0-9a-f:]{3,}(?![\w:])/gi, '<ip6>'],
  [/\b(\w[\w.-]*)\[\d+\](?=:| |$)/gm, '$1[N]'],
  [/ \(\d+\):/g, ' (N):'],
  [/Connect time \d+\.\d minutes/g, 'Connect time N minutes'],
  [/Sent \d+ bytes, received \d+ bytes/g, 'Sent N bytes, received N bytes'],
  [/ on (?:sim|guest):/g, ' on <rig>:'],
  [/\b\d{6,}\b/g, '<number>'],
];

export function normalText(text: string): string {
  return VARIABLE.reduce((rest, [pattern, word]) => rest.replace(pattern, word), text.trimEnd());
}
