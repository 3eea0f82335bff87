import { json, type CommandSpec } from '../spec.ts';
import { wait } from '../wait.ts';

const at: CommandSpec = {
  name: 'at',
  usage: 'RIG COMMAND',
  about: "send an AT command to a rig's modem",
  details: [
    'Goes to the port that answers AT, found by its place on USB. Prints the reply; the exit code is 0 for OK',
    'and 1 for anything else. While a call over PPP holds that port, it says so. What would leave no port to ask',
    'through (RNDIS, a composition without AT) is refused with the reason.',
  ],
  positionals: ['RIG', 'COMMAND'],
  options: [{ name: 'force', about: 'send it also where it would lock you out' }, wait, json],
  examples: [
    { type: 'wwanlab at sim-mifi25-mc7455 ATI', about: 'what is it?' },
    { type: 'wwanlab at sim-mifi25-mc7455 "AT!GSTATUS?"', about: 'signal, band and cell of a Sierra modem' },
  ],
};

const mode: CommandSpec = {
  name: 'mode',
  usage: 'RIG [ppp|qmi|mbim|ecm]',
  about: "show or change the data mode of a rig's modem",
  details: [
    'Without a mode: what USB will show after the next restart, and what netifd is set to. With one: takes the',
    'link down, recomposes and restarts the modem if it must, waits for every driver and node, and sets the',
    'interface to the protocol. The link stays down. A Sierra modem without AT port gets it back where the router',
    'has qmicli. On simulated and virtual rigs nothing of it stays: they start anew each time.',
  ],
  positionals: ['RIG'],
  optional: ['MODE'],
  options: [{ name: 'force', about: 'also where the router lacks a driver or a package for it' }, wait, json],
  examples: [{ type: 'wwanlab mode lab/shelf-3.rig.yaml qmi', about: 'from PPP to QMI' }],
};

const band: CommandSpec = {
  name: 'band',
  usage: 'RIG [set BANDS|all]',
  about: "show or choose the LTE bands that a rig's modem may use",
  details: [
    'BANDS are numbers of E-UTRA bands, as in B2,B4. What is chosen is read back, stays when the modem restarts,',
    'and makes it search for a network anew; bands of 2G and 3G stay as they are. `all` allows all that the modem',
    'knows; one that it does not know is refused.',
  ],
  positionals: ['RIG'],
  optional: ['ACTION', 'BANDS'],
  options: [wait, json],
  examples: [
    { type: 'wwanlab band lab/shelf-3.rig.yaml set B2,B4', about: 'these two and no other' },
    { type: 'wwanlab band lab/shelf-3.rig.yaml all', about: 'all of them again' },
  ],
};

const modemStatus: CommandSpec = {
  name: 'modem status',
  usage: 'RIG',
  about: "what a rig's modem tells of itself",
  details: [
    'Model, firmware and carrier configuration, SIM, radio, registration, signal, temperature, supply, who holds',
    'it in low power, and how often it started. Of IMEI, ICCID and IMSI only the beginnings are printed: they',
    'tell model, issuer and operator. Where its AT port can not be used, it is asked by qmicli, uqmi, mbimcli or',
    'umbim, whichever the router has, and the first line says so.',
  ],
  positionals: ['RIG'],
  options: [wait, json],
  examples: [{ type: 'wwanlab modem status sim-mifi25-mc7455', about: 'before a bug report' }],
};

const fccUnlock: CommandSpec = {
  name: 'modem fcc-unlock',
  usage: 'RIG',
  about: "open the FCC lock of a laptop maker's modem",
  details: [
    "Lenovo's and Dell's Sierra modems stay in low power after each start until they get FCC authentication",
    '(AT!PCINFO? shows BIOS:1). This gives it over QMI, by qmicli or uqmi on the router, in MBIM mode as well,',
    'and waits for the radio. It holds until the next start. For good: AT!PCFCCAUTH, which needs the unlock code',
    'of the modem.',
  ],
  positionals: ['RIG'],
  options: [wait, json],
  examples: [
    { type: 'wwanlab modem fcc-unlock lab/shelf-3.rig.yaml', about: 'before it is dialled by hand' },
  ],
};

const modemServe: CommandSpec = {
  name: 'modem serve',
  usage: '--model MODEL [options]',
  about: 'an emulated modem alone, on USB, for a QEMU of your own',
  details: [
    'Real drivers bind to it: qcserial, option, qmi_wwan, cdc_mbim; behind it lies a little internet.',
    'Prints the QEMU arguments to use, then what happens, line by line. Plugs in again when QEMU comes back.',
    'An ADDRESS is unix:PATH or tcp:HOST:PORT. Faults are given here, or while it runs through --control;',
    "with --control /tmp/c.sock: echo 'bearer.drop 36' | socat - UNIX-CONNECT:/tmp/c.sock",
    'A fault comes at once or later: "cell.lost 10s after 1min", "bearer.drop 36 after 5s of bearer.up",',
    '"crash after 0s of usb.host jitter 3s" (up to 3 s later still, by --seed). One of --fault, or one that was',
    'typed with a moment, that has not bitten when the modem ends makes the exit code 2.',
  ],
  positionals: [],
  options: [
    {
      name: 'model',
      value: 'MODEL',
      about: 'mc7455, em7455, em7565, aircard-340u, ec25-a, em7455-lenovo, dw5811e or em7565-usbif',
    },
    { name: 'mode', value: 'MODE', about: "qmi, mbim, ecm or ppp; the factory's by default" },
    { name: 'sim', value: 'SIM', about: 'ready (the default), none, pin:1234 or puk' },
    {
      name: 'apn',
      value: 'APN',
      many: true,
      about: 'an access point it may use; repeatable; internet by default',
    },
    {
      name: 'fault',
      value: 'FAULT',
      many: true,
      about: 'as in "echo.lost 10s after 1min"; repeatable; help in --control lists them',
    },
    { name: 'rtt', value: 'MS', about: 'round trip to the internet; 10 to 45 ms by default' },
    { name: 'usbredir', value: 'ADDRESS', about: 'plug it into QEMU over this socket' },
    { name: 'listen', about: 'wait there for QEMU to connect (the default)' },
    { name: 'connect', about: 'connect to a QEMU that listens there, until it answers' },
    { name: 'usbip', value: 'ADDRESS', about: 'export it over USB/IP as well' },
    {
      name: 'control',
      value: 'PATH',
      about: 'take commands, one a line, at this unix socket; - is standard input',
    },
    { name: 'seed', value: 'N', about: 'source of all chance; 1 by default' },
    { name: 'json', about: 'print every line as JSON' },
  ],
  examples: [
    { type: 'wwanlab modem serve --model mc7455 --usbredir unix:/tmp/modem.sock', about: 'a QMI modem' },
    {
      type: 'wwanlab modem serve --model mc7455 --mode mbim --usbredir tcp:127.0.0.1:4000',
      about: 'MBIM, over TCP',
    },
  ],
};

/** One thing on one modem, and the modem alone. */
export const modemCommands = [at, mode, band, modemStatus, fccUnlock, modemServe] as const;
