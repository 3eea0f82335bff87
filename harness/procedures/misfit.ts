import type { Ctx } from '../core/ctx.ts';
import { HarnessError, isHarnessError } from '../core/errors.ts';
import type { DataMode, ExpectedInterface } from '../rig/modem.ts';
import type { Rig } from '../rig/rig.ts';
import type { UsbDevice } from '../rig/router.ts';
import { protocols } from './dial-needs.ts';
import { checkInterface, isOfModem, wholeModes } from './modem-rungs.ts';

/** netifd's interface names a device that its protocol can't dial on. */
export interface Misfit {
  readonly text: string;
  /** The line to type. */
  readonly command: string;
  /** Another one that helps as well, with what it makes of it. */
  readonly alternative?: string;
  /** True: the settings may be right once the modem or the router has started anew, so a restart may help. */
  readonly passing: boolean;
}

/** What of a rig is looked at. */
type Looked = Pick<Rig, 'name' | 'router' | 'modem' | 'connection'>;

/** A node of the modem, with the USB interface that it belongs to. */
interface Port {
  readonly node: string;
  readonly number: number;
  readonly driver: string | undefined;
}

/** A protocol that dials on a node of /dev. */
interface Dialling {
  readonly mode: DataMode;
  /** For people: what it dials on. */
  readonly wants: string;
  fits(port: Port, modem: Rig['modem']): boolean;
}

const isControl = ({ node }: Port): boolean => node.startsWith('cdc-wdm');
const isSerial = ({ node }: Port): boolean => node.startsWith('tty');

/** Vendors' kernels have QMI drivers of other names (qmi_wwan_q); what speaks MBIM has one everywhere. */
const speaksMbim = ({ driver }: Port): boolean => driver === 'cdc_mbim';

const dialling: readonly Dialling[] = [
  {
    mode: 'ppp',
    wants: 'a serial port that answers AT',
    // Its other serial ports are for diagnostics and satellite positions.
    fits: (port, { atInterface, pppInterface }) =>
      isSerial(port) && [atInterface, pppInterface].includes(port.number),
  },
  {
    mode: 'qmi',
    wants: 'the control device of a QMI function',
    fits: (port) => isControl(port) && !speaksMbim(port),
  },
  {
    mode: 'mbim',
    wants: 'the control device of an MBIM function (driver cdc_mbim)',
    fits: (port) => isControl(port) && speaksMbim(port),
  },
];

/**
 * Does netifd's interface name a device that its protocol can dial on? Undefined: it does, or that can't be told: the
 * modem is not on USB, its driver is missing, the protocol finds its device by itself.
 */
export async function findMisfit(ctx: Ctx, rig: Looked): Promise<Misfit | undefined> {
  const { router, modem, connection } = rig;
  const sections = (await router.uciSections(ctx, 'network')) ?? [];
  const options = sections.find(({ path }) => path === connection.interfaceName)?.options ?? {};
  const dials = dialling.find(({ mode }) => protocols[mode] === options['proto']);
  if (!dials || options['devpath'] !== undefined) return undefined;
  const devices = await router.usbDevices(ctx);
  const own = devices.filter((device) => isOfModem(modem, device));
  if (own.length === 0 || own.some((one) => isComingUp(one, modem.modes[dials.mode]))) return undefined;
  const { device } = options;
  const why =
    typeof device === 'string' && device !== ''
      ? await whyNot(ctx, rig, dials, device, own)
      : { text: 'names no device' };
  return why && tell(ctx, rig, dials, why, own);
}

/** An interface of the mode is shown, and has no driver or not all of its nodes (yet): that is told by who looks at drivers. */
const isComingUp = (device: UsbDevice, wanted: readonly ExpectedInterface[] = []): boolean =>
  wanted.some((one) => {
    const shown = device.interfaces.find(({ number }) => number === one.number);
    return shown && [undefined, one.driver].includes(shown.driver) && !checkInterface(device, one).ok;
  });

interface Why {
  readonly text: string;
  /** The port that it names. */
  readonly named?: Port;
  /** The node that it names, and that is not there. */
  readonly absent?: string;
}

async function whyNot(
  ctx: Ctx,
  { router, modem }: Looked,
  dials: Dialling,
  device: string,
  own: readonly UsbDevice[],
): Promise<Why | undefined> {
  const of = (path: string): Port | undefined => portsOf(own).find(({ node }) => path === `/dev/${node}`);
  const judge = (named: Port): Why | undefined =>
    dials.fits(named, modem)
      ? undefined
      : {
          text: `names ${device}, ${describe(named, modem)}: ${protocols[dials.mode]} takes ${dials.wants}`,
          named,
        };
  const direct = of(device);
  if (direct) return judge(direct);
  // A link of the user's own (/dev/modem) may lead to it.
  const { stdout } = await router.exec(ctx, ['readlink', '-f', device]);
  const behind = stdout.trim() || device;
  const found = of(behind);
  if (found) return judge(found) ?? unfollowed(ctx, router, dials, device, found);
  const there = (await router.exec(ctx, ['ls', '-d', behind])).exitCode === 0;
  if (!there) return { text: `names ${device}, which is not there`, absent: nodeOf(behind) };
  if (!behind.startsWith('/dev/') || behind.startsWith('/dev/bus/'))
    return { text: `names ${device}: ${protocols[dials.mode]} takes ${dials.wants}, by its name in /dev` };
  return NODE.test(nodeOf(behind)) ? { text: `names ${device}, which is not of this modem` } : undefined;
}

/**
 * mbim.sh, and qmi.sh up to 18.06, look for the link's own name among the control devices: the handler on the router says
 * whether it is one of these. pppd opens what it is given.
 */
async function unfollowed(
  ctx: Ctx,
  router: Rig['router'],
  { mode }: Dialling,
  link: string,
  { node }: Port,
): Promise<Why | undefined> {
  if (mode === 'ppp' || nodeOf(link) === node) return undefined;
  const handler = `/lib/netifd/proto/${protocols[mode]}.sh`;
  const looksUp = `grep -q usbmisc ${handler} && ! grep -q 'readlink -f "*$device' ${handler}`;
  if ((await router.shell(ctx, looksUp)).exitCode !== 0) return undefined;
  return { text: `names ${link}, a link to /dev/${node}, which ${handler} does not follow` };
}

/** What USB modems have; what else there may be (a PCIe modem's) is not judged. */
const NODE = /^(tty(?:USB|ACM)|cdc-wdm)(\d+)$/;

const nodeOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const portsOf = (devices: readonly UsbDevice[]): readonly Port[] =>
  devices.flatMap(({ interfaces }) =>
    interfaces.flatMap(({ number, driver, nodes }) => nodes.map((node) => ({ node, number, driver }))),
  );

function describe(port: Port, { serialPorts }: Rig['modem']): string {
  if (isControl(port)) return `the control device of ${port.driver ?? 'no driver'}`;
  const known = serialPorts.find(({ number }) => number === port.number);
  return `a serial port (interface ${port.number}${known ? `, ${known.purpose}` : ''})`;
}

/** What the settings would have to be. */
async function tell(
  ctx: Ctx,
  rig: Looked,
  dials: Dialling,
  why: Why,
  own: readonly UsbDevice[],
): Promise<Misfit | undefined> {
  const { modem, connection } = rig;
  const ports = portsOf(own);
  const right = rightPort(dials, modem, ports);
  const text = `interface ${connection.interfaceName} dials ${protocols[dials.mode]} and ${why.text}`;
  const other = dialling.find((one) => why.named && one.fits(why.named, modem));
  const alternative = other && {
    alternative: `${set(rig, { proto: protocols[other.mode] })} (it dials ${protocols[other.mode]} then)`,
  };
  if (right) {
    const command = set(rig, { device: `/dev/${right.node}` });
    return { text, command, ...alternative, passing: mayComeBack(why.absent, right.node) };
  }
  const [device] = own;
  const shown = wholeModes(rig, device).find((one) => one !== 'ppp' && one !== dials.mode);
  const shownPort = dialling.find(({ mode }) => mode === shown);
  const port = shownPort && rightPort(shownPort, modem, ports);
  if (!shownPort || !port) return undefined; // its driver is missing, and is told where that is looked at
  return {
    text: `${text}; USB shows the modem in ${shownPort.mode} mode`,
    command: set(rig, { proto: protocols[shownPort.mode], device: `/dev/${port.node}` }),
    alternative: `wwanlab mode ${rig.name} ${dials.mode} (it restarts the modem)`,
    passing: await waitsForRestart(ctx, rig, dials.mode),
  };
}

/** Where several fit, the one that a change of mode would choose. */
function rightPort({ fits, mode }: Dialling, modem: Rig['modem'], ports: readonly Port[]): Port | undefined {
  const fitting = ports.filter((port) => fits(port, modem));
  return fitting.find(({ number }) => mode !== 'ppp' || number === modem.pppInterface) ?? fitting[0];
}

/** The kernel gives the lowest free number: a lower one was taken by a port that somebody still held open. */
function mayComeBack(absent: string | undefined, right: string): boolean {
  const [, kind, number] = NODE.exec(absent ?? '') ?? [];
  const [, rightKind, rightNumber] = NODE.exec(right) ?? [];
  return kind !== undefined && kind === rightKind && Number(number) < Number(rightNumber);
}

/** The modem has been told to show this mode, and does so after its next start; also where it can't be asked. */
async function waitsForRestart(ctx: Ctx, { modem }: Looked, mode: DataMode): Promise<boolean> {
  try {
    return (await modem.composition(ctx)) === mode;
  } catch (error) {
    if (!isHarnessError(error) || ctx.signal.aborted) throw error;
    return true;
  }
}

function set(rig: Looked, options: Readonly<Record<string, string>>): string {
  const section = `network.${rig.connection.interfaceName}`;
  const lines = Object.entries(options).map(([option, value]) => `uci set ${section}.${option}=${value}`);
  return `wwanlab shell ${rig.name} "${lines.join('; ')}; uci commit network; /etc/init.d/network reload"`;
}

/** Both lines, for a person. */
export const hintOf = ({ command, alternative }: Misfit): string =>
  alternative === undefined ? command : `${command}; or: ${alternative}`;

/** Before a dial that can't succeed. */
export const misfitting = (misfit: Misfit): HarnessError =>
  new HarnessError(misfit.text, {
    code: 'rig.device-misfit',
    blame: 'rig',
    effect: 'none',
    hint: hintOf(misfit),
  });
