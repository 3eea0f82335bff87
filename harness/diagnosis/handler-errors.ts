import type { LogLine } from './log.ts';

// `"subsystem"` of errors[]: proto_notify_error gives the name of the protocol, netifd itself says "interface".
const MODEM_PROTO = /"subsystem": ?"(?:3g|qmi|mbim|ncm|modemmanager|directip)"/;

/**
 * The lines of `errors[]` in `ifstatus` that a modem's protocol handler put there, by their code. netifd's own
 * (`interface`/`NO_DEVICE` of a port without a cable, say) are not among them.
 */
export function handlerErrors(lines: readonly LogLine[], codes: RegExp): LogLine[] {
  return lines.filter((line, i) => {
    const code = /"code": ?"(\w+)"/.exec(line.text)?.[1];
    if (code === undefined || !codes.test(code)) return false;
    // Pretty-printed, the subsystem stands on the line before; `ubus -S` prints one line.
    return MODEM_PROTO.test(`${lines[i - 1]?.text ?? ''} ${line.text}`);
  });
}
