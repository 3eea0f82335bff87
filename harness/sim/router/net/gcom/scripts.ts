import type { FileSystem } from '../../machine.ts';

/** What every script begins with: the port at 115,200 baud, quiet. */
const OPEN = `opengt
 set com 115200n81
 set comecho off
 set senddelay 0.02
 waitquiet 0.2 0.2
`;

/** The manufacturer, for the handler to see whose modem it is. */
export const getCardInfo = `${OPEN}
:ask
 send "AT+CGMI^m"
 get 1 "" $s
 print $s
 exit 0
`;

/** Waits until the modem is attached to the packet network: ten times two and a half seconds, a dot for each. */
export const getCarrier = `${OPEN}
 let n=0

:ask
 print "\\n."
 send "AT+CGATT?^m"
 waitfor 2 "+CGATT: 1","+CGATT:1"
 if % >= 0 exit 0
 inc n
 if n >= 10 exit 1
 sleep 0.5
 goto ask
`;

/** Asks for the state of the SIM four times and gives the PIN of the environment if it is wanted. */
export const setPin = `${OPEN}
 let n=0

:ask
 send "AT+CFUN=1^m"
 waitfor 3 "OK","ERROR"
 send "AT+CPIN?^m"
 waitfor 3 "READY","SIM PIN","SIM PUK","ERROR"
 if % = 0 goto ready
 if % = 1 goto enter
 if % = 2 goto failed
 inc n
 if n >= 4 goto failed
 sleep 0.5
 goto ask

:enter
 send "AT+CPIN=\\""
 send $env("PINCODE")
 send "\\"^m"
 waitfor 20 "OK","ERROR"
 if % <> 0 goto failed
 print "PIN set successfully\\n"
 exit 0

:ready
 print "SIM ready\\n"
 exit 0

:failed
 print "Error setting PIN, check card manually\\n"
 exit 1
`;

/** One command of the environment and what is answered within two seconds. */
const runCommand = `${OPEN}
 send $env("COMMAND")
 send "^m"
 get 2 "" $s
 print $s
 exit 0
`;

const files: Readonly<Record<string, string>> = {
  'getcardinfo.gcom': getCardInfo,
  'getcarrier.gcom': getCarrier,
  'setpin.gcom': setPin,
  'runcommand.gcom': runCommand,
};

/** Puts the scripts of the comgt package into /etc/gcom; what is there already is kept. */
export function installGcomScripts(fileSystem: FileSystem): void {
  for (const [name, text] of Object.entries(files)) {
    const path = `/etc/gcom/${name}`;
    if (fileSystem.kind(path) === undefined) fileSystem.write(path, text);
  }
}
