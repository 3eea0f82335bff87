import { heightOf } from './ladder.ts';
import { HANDLER, type Scene } from './scene.ts';

const MODEM =
  /\bSIM(?:_|\b)|\bmhi\b|\bmtk_t7xx\b|\bPS: (?:At|De)tached|modem_dial|usb[_-]?modeswitch|^Found device: [\da-f]{4}:|\b(?:LTE|GSM|UMTS)\b|network registration|^Starting network \S|Setting up wwan|QConnectManager|\bCONNECT_FAILED\b|ttyUSB\d|ttyACM\d|cdc[-_]wdm|\bwwan\d|\bqmi|\bmbim|\buqmi|\bumbim|\b3g-\w|qcserial|\boption1?\b.*(?:tty|modem)|ModemManager|\[modem\d|\bATD?\*99|^AT[+!&]|^\+C(?:PIN|SQ|REG|EREG|GREG|OPS|ME|FUN|GATT|GDCONT)|LPM (?:voters|force)|GSM modem|\b(?:Sierra|Quectel|Fibocom|SIMCom|Telit|Huawei|ZTE)\b|\b1199:|\b2c7c:|idVendor=(?:1199|2c7c|12d1|19d2|1bc7|1e0e|05c6|2cb7)|Vendor=(?:1199|2c7c|12d1)|proto(?: '?|": ?")(?:qmi|mbim|3g|ncm|wwan|modemmanager)\b|\b(?:EM|MC)7\d{3}\b|\bEC2[015]\b/i;

/** Does the text speak of a cellular modem at all? */
export function speaksOfModem(scene: Scene): boolean {
  return scene.lines.some(
    (line) =>
      line.process === 'chat' ||
      MODEM.test(line.text) ||
      (line.interface !== undefined && HANDLER.test(line.text)) ||
      /^(?:modem|[345]g|lte)$/i.test(line.interface ?? ''),
  );
}

const LOST =
  /Modem disconnected|state changed \(connected -> |^"disconnected"$|^check S\d+ not reached|^link drop/;

/** The number of the last line that shows a link with an address; 0 if there is none. */
export function lastUpLine(scene: Scene): number {
  const ups = scene.lines.filter((line) => {
    const name = /^Interface '([^']+)' is now up/.exec(line.text)?.[1];
    if (name !== undefined) return scene.modemInterfaces.has(name);
    return /^"connected"$|-> connected\)/.test(line.text);
  });
  const marks = scene.reached.filter((r) => heightOf(r.rung) >= heightOf('S8')).map((r) => r.line);
  return Math.max(ups.at(-1)?.number ?? 0, marks.at(-1)?.number ?? 0);
}

/** A link is seen to come up, and not to be lost again except by the host's own order. */
export function linkHolds(scene: Scene): boolean {
  const lastUp = lastUpLine(scene);
  if (lastUp === 0) return false;
  const lost = scene.lines.some((line) => {
    if (line.number <= lastUp) return false;
    const name = /^Interface '([^']+)' has lost the connection/.exec(line.text)?.[1];
    return LOST.test(line.text) || (name !== undefined && scene.modemInterfaces.has(name));
  });
  const pppLost = scene.ppp
    .filter((session) => session.carrier !== 'other' && !session.endedByHost)
    .flatMap((session) => [session.echoLost, session.endedByPeer, session.hangup])
    .some((line) => line !== undefined && line.number > lastUp);
  return !lost && !pppLost;
}
