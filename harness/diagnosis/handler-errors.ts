import type { LogLine } from './log.ts';

// `"subsystem"` of errors[]: proto_notify_error gives the name of the protocol, netifd itself says "interface".
const MODEM_PROTO = /"subsystem": ?"(?:3g|qmi|mbim|ncm|modemmanager|directip)"/;

/** netifd's own word for a handler that made its interface unavailable. Source: netifd interface.c, interface_set_available. */
const UNAVAILABLE = /"subsystem": ?"interface".*"code": ?"NO_DEVICE"/;
const OF_MODEM = /"proto": ?"(?:3g|qmi|mbim|ncm|directip)"/;
/** The lines of `ifstatus` between a protocol's name and the errors of an interface that is down. */
const STATUS_REACH = 12;

/**
 * The lines of `errors[]` in `ifstatus` that a modem's protocol handler put there, by their code. netifd's own are not
 * among them (a port without a cable), but for what such a handler brought about: `NO_DEVICE` where it dials a modem.
 */
export function handlerErrors(lines: readonly LogLine[], codes: RegExp): LogLine[] {
  return lines.filter((line, i) => {
    const code = /"code": ?"(\w+)"/.exec(line.text)?.[1];
    if (code === undefined || !codes.test(code)) return false;
    // Pretty-printed, the subsystem stands on the line before; `ubus -S` prints one line.
    const error = `${lines[i - 1]?.text ?? ''} ${line.text}`;
    return MODEM_PROTO.test(error) || (UNAVAILABLE.test(error) && dialsModem(lines, i));
  });
}

function dialsModem(lines: readonly LogLine[], index: number): boolean {
  const before = lines.slice(Math.max(0, index - STATUS_REACH), index + 1);
  const proto = before.findLast(({ text }) => /"proto": ?"\w+"/.test(text));
  return proto !== undefined && OF_MODEM.test(proto.text);
}
