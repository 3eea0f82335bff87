import { z } from 'zod';

import { bootloader } from './bootloader-schema.ts';
import { fault } from './fault-schema.ts';
import { integer, choice, duration, flag, map, pattern, probability, text } from './fields.ts';
import { consolePort } from './open-console.ts';
import { labSyslog, simSyslog, virtualSyslog } from './open-syslog.ts';
import { powerSwitch } from './power-schema.ts';
import { hostKey, labRouter } from './router-schema.ts';

export const boards = ['gl-mifi-2.2', 'gl-mifi-2.5'] as const;
export const firmwares = [
  'glinet-2018',
  'rooter-2019',
  'openwrt-25.12',
  'openwrt-25.12-uqmi',
  'openwrt-25.12-umbim',
] as const;
/** Those that can be emulated. */
export const modems = [
  'mc7455',
  'em7455',
  'em7455-lenovo',
  'dw5811e',
  'em7565',
  'em7565-usbif',
  'aircard-340u',
  'ec25-a',
] as const;

const title = text('a sentence that says what this rig is').describe('What this rig is, in a line');

/** TS 23.003 9.1: labels of letters, digits and hyphens; some operators use an underscore. */
const apn = pattern(/^[A-Za-z0-9._-]{1,100}$/, 'an access point name such as internet').describe(
  'Access point name',
);

const pin = pattern(/^\d{4,8}$/, 'four to eight digits, in quotes');

const connection = map({
  interface: pattern(/^[A-Za-z0-9_]{1,15}$/, "netifd's name of the modem's interface, such as modem or wan1")
    .optional()
    .describe("netifd's name of the modem's interface; the firmware's own name by default"),
  apn,
  username: text('a user name for PAP or CHAP').optional().describe('For PAP or CHAP'),
  password: text('a password for PAP or CHAP, in quotes').optional().describe('For PAP or CHAP'),
  pincode: pin.optional().describe('The router gives this PIN to the card'),
  keepalive: pattern(
    /^\d+([ ,]\d+)?$/,
    'unanswered LCP echoes and seconds between two, such as "5 1", in quotes',
  )
    .optional()
    .describe("pppd's LCP echo policy, `failures interval`; the firmware's own by default"),
  probeHost: text('an address that answers ping')
    .default('8.8.8.8')
    .describe('Answers ping behind the mobile network'),
}).describe('The data connection');

const simRouter = map({
  board: choice(boards).describe('The hardware'),
  firmware: choice(firmwares).describe('The firmware that runs on it'),
  hostKey: hostKey.optional(),
  user: text('a user name').default('root').describe('Logs in over SSH'),
  password: text('a password, in quotes').optional().describe("The user's password"),
}).describe('The simulated router');

const sim = map({
  pin: pin.optional().describe('The card asks for this PIN'),
  blocked: flag(false).describe('Three wrong PINs have blocked it: it asks for its PUK'),
}).describe('The SIM card');

const model = choice(modems).describe('The modem');
const labModel = choice([...modems, 'ec25']).describe('The modem; ec25: any variant of it');
const fccUnlock = flag(false).describe(
  'Give it FCC authentication where it waits in low power for one, in each run that connects',
);

const simModem = map({
  model,
  mode: choice(['qmi', 'mbim', 'ecm'])
    .optional()
    .describe("What it shows on USB beside its serial ports; the factory's, if left out"),
  fccUnlock,
  sim: sim.optional(),
}).describe('The simulated modem');

const authentication = map({
  username: text('a user name'),
  password: text('a password, in quotes'),
  method: choice(['pap', 'chap']).optional().describe('Nothing else will do; either, if left out'),
}).describe('The access point lets nobody in without');

const network = map({
  operator: text("the operator's name")
    .default('T-Mobile')
    .describe("The operator's name, as AT+COPS? gives it"),
  apns: z
    .array(apn, { error: 'a list of access point names' })
    .optional()
    .describe("Access points that the subscription knows; the connection's own by default"),
  authentication: authentication.optional(),
  rttMs: duration.optional().describe('Round trip to a host on the internet'),
  loss: probability.optional().describe('Share of packets that the network loses'),
}).describe('The mobile network');

const simRig = map({
  kind: z.literal('sim').describe('A simulated rig, in virtual time'),
  title,
  planted: flag(false).describe('It has a defect on purpose and runs only when it is named'),
  router: simRouter,
  modem: simModem,
  connection,
  network: network.prefault({}),
  syslog: simSyslog.optional(),
  faults: z
    .array(fault, { error: 'a list of faults' })
    .default([])
    .describe('What is wrong with the rig on purpose'),
}).describe('A simulated rig');

const file = (what: string) => text(`the path of ${what}`);

const virtualRig = map({
  kind: z.literal('virtual').describe('Real Linux in QEMU with an emulated modem on its USB, in real time'),
  title,
  planted: flag(false).describe('It has a defect on purpose and runs only when it is named'),
  guest: choice(['wwanlab', 'openwrt'])
    .default('wwanlab')
    .describe("wwanlab: the guest that `wwanlab virtual setup` builds; openwrt: the user's own x86-64 image"),
  image: file('an OpenWrt image')
    .optional()
    .describe(
      'With guest: openwrt. A combined disk image, .img or .img.gz; with kernel also the root file system alone',
    ),
  boot: choice(['direct', 'u-boot'])
    .default('direct')
    .describe(
      'direct: it goes on from a snapshot; u-boot: it boots from a flash, with a console and a switch, and can be flashed',
    ),
  kernel: file('a kernel').optional().describe("OpenWrt's kernel, where image holds no boot loader"),
  initrd: file('an initial RAM disk')
    .optional()
    .describe('With kernel, where its driver for the disk is a module, as in most distributions'),
  modem: simModem,
  connection,
  network: network.prefault({}),
  syslog: virtualSyslog.optional(),
  faults: z
    .array(fault, { error: 'a list of faults' })
    .default([])
    .describe('What is wrong with the rig on purpose'),
})
  .refine(({ guest, image }) => (guest === 'openwrt') === (image !== undefined), {
    path: ['image'],
    error: 'the path of an OpenWrt image with guest: openwrt, and none without',
  })
  .refine(({ kernel, initrd }) => initrd === undefined || kernel !== undefined, {
    path: ['initrd'],
    error: 'an initial RAM disk goes with kernel',
  })
  .refine(({ guest, boot }) => guest === 'wwanlab' || boot === 'direct', {
    path: ['boot'],
    error: 'direct with guest: openwrt',
  })
  .describe('A virtual rig');

const labRig = map({
  kind: z.literal('lab').describe('A real rig, in real time'),
  title,
  planted: flag(false).describe('It runs only when it is named'),
  router: labRouter,
  modem: map({
    model: labModel,
    fccUnlock,
    at: map({
      serial: text('a serial port of this machine').describe(
        'Serial port; a path of /dev/serial/by-id stays the same',
      ),
      baud: integer(1_200, 4_000_000).default(115_200).describe('Bits per second; USB modems ignore it'),
    })
      .optional()
      .describe("Its AT port, where it is wired to this machine; through the router's shell, if left out"),
  }).describe('The modem in the router'),
  connection,
  console: consolePort.optional(),
  syslog: labSyslog.optional(),
  power: powerSwitch.optional().describe("Cuts the router's supply, and with it the modem's"),
  modemPower: powerSwitch.optional().describe("Cuts the modem's supply alone"),
  bootloader: bootloader
    .optional()
    .describe('How its boot loader writes an image to the flash; it takes a console and power'),
})
  .refine(({ bootloader: loader, console, power }) => loader === undefined || (console && power), {
    path: ['bootloader'],
    error: 'a boot loader goes with console and power: it is stopped at its prompt after a power cycle',
  })
  .describe('A rig of real hardware');

/** A rig file: what a *.rig.yaml holds. */
export const rigSchema = z.discriminatedUnion('kind', [simRig, virtualRig, labRig], {
  error: (issue) =>
    (issue.code as string) === 'invalid_type'
      ? 'a map with the keys kind, title, router, modem, connection'
      : 'sim, virtual, lab',
});

export type SimRigValues = z.output<typeof simRig>;
export type VirtualRigValues = z.output<typeof virtualRig>;
export type LabRigValues = z.output<typeof labRig>;

/** JSON Schema of a rig file, for completion in editors (rigs/rig.schema.json). */
export function rigJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(rigSchema, { io: 'input' });
  return JSON.stringify({ $schema, title: 'wwanlab rig file', ...schema }, null, 2) + '\n';
}
