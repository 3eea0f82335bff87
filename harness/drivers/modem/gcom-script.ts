import { createHash } from 'node:crypto';

/**
 * A comgt script that sends $COMMAND and prints what comes back, line by line, until a final result code (exit status
 * 0) or until nothing came for $WAIT seconds (2). comgt is on every router that can dial by `proto 3g`.
 *
 * `get` ends at the carriage return and skips those that come first, so a line of the modem reads as ^j and its text.
 * `$left` and `$mid` fail on a shorter text, hence the look at the length. Source: comgt(1). Each character is a transfer
 * of its own and the kernel's usb_wwan has four: without a pause (OpenWrt's own scripts have the same) the fifth can fail.
 *
 * Where it failed, a part of the command lies in the modem. With $AGAIN=1 that line is made a question or an error (`=?`)
 * and ended first: a part alone might be a command of its own. Its answer is waited for, or it would be taken for the command's. And the pauses are longer.
 */
export const atScript = `opengt
 set com 115200n81
 set comecho off
 set senddelay 0.02
 let n=val($env("WAIT"))
 let a=val($env("AGAIN"))
 if a = 0 goto ask
 set senddelay 0.1
 send "=?^m"
 waitfor 2 "OK^m","ERROR^m"
:ask
 waitquiet 0.3 0.05
 send $env("COMMAND")
 send "^m"
:answer
 get 1 "^m" $s
 print $s
 let x=len($s)
 if x > 0 goto line
 dec n
 if n > 0 goto answer
 exit 2
:line
 if $s = "^jOK" goto done
 if $s = "OK" goto done
 if $s = "^jERROR" goto done
 if $s = "ERROR" goto done
 if x < 13 goto answer
 let $h=$left($s,4)
 if $h <> "^j+CM" goto answer
 let $h=$mid($s,6,6)
 if $h = "ERROR:" goto done
 goto answer
:done
 exit 0
`;

/** Its name tells its content, so that a script left there by another version is not taken for it. */
export const atScriptPath = `/tmp/wwanlab-at-${createHash('sha256').update(atScript).digest('hex').slice(0, 8)}.gcom`;
