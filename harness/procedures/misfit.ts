import type { Ctx } from '../core/ctx.ts';
import { HarnessError, isHarnessError } from '../core/errors.ts';
import type { DataMode, ExpectedInterface } from '../rig/modem.ts';
import type { Rig } from '../rig/rig.ts';
import type { UsbDevice } from '../rig/router.ts';
import {
  describePort,
  dialling,
  isNetwork,
  nameOf,
  portsOf,
  rightPort,
  type Dialling,
  type Port,
} from './misfit-ports.ts';
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

/**
 * Does netifd's interface name a device that its protocol can dial on? Undefined: it does, or that can't be told: the
 * modem is not on USB, its driver is missing, the protocol finds its device by itself.
 */
export async function findMisfit(ctx: Ctx, rig: Looked): Promise<Misfit | undefined> {
  const { router, modem, connection } = rig;
  const sections = (await router.uciSections(ctx, 'network')) ?? [];
  const options = sections.find(({ path }) => path === connection.interfaceName)?.options ?? {};
  const { proto, devpath } = options;
  const dials = dialling.find((one) => one.proto === proto);
  if ((!dials && proto !== MODEM_MANAGER) || devpath !== undefined) return undefined;
  const devices = await router.usbDevices(ctx);
  const own = devices.filter((device) => isOfModem(modem, device));
  if (own.length === 0) return undefined;
  const named = options[await optionOf(ctx, router, dials)];
  const device = typeof named === 'string' && named !== '' ? named : undefined;
  if (!dials) return unmanaged(ctx, rig, device, own);
  if (own.some((one) => isComingUp(one, modem.modes[dials.mode ?? 'ppp']))) return undefined;
  const judge = dials.mode === 'ecm' ? whyNotNetwork : whyNot;
  const why = device === undefined ? { text: 'names no device' } : await judge(ctx, rig, dials, device, own);
  return why && tell(ctx, rig, dials, why, own);
}

/** A protocol that dials names its port `device` in every release; a network device has had another name. */
const optionOf = async (ctx: Ctx, router: Rig['router'], dials: Dialling | undefined): Promise<string> =>
  dials?.mode === 'ecm' ? router.deviceOption(ctx) : 'device';

const MODEM_MANAGER = 'modemmanager';

/**
 * ModemManager knows a modem by its folder below /sys/devices, and takes no other path for it; names of one's own
 * (ID_MM_PHYSDEV_UID) and "any" are not judged. Source: modemmanager.sh, and mmcli-common.c, get_modem.
 */
async function unmanaged(
  ctx: Ctx,
  rig: Looked,
  device: string | undefined,
  own: readonly UsbDevice[],
): Promise<Misfit | undefined> {
  if (device !== undefined && !device.startsWith('/')) return undefined;
  const places = own.map(({ path }) => `/sys/bus/usb/devices/${path}`);
  const { stdout } = await rig.router.exec(ctx, ['readlink', '-f', ...places]);
  const right = stdout.split('\n').filter((path) => path.startsWith('/sys/devices/'));
  const [first] = right;
  if (first === undefined || (device !== undefined && right.includes(device))) return undefined;
  const found = device === undefined ? 'names no device' : `names ${device}`;
  return {
    text: `interface ${rig.connection.interfaceName} dials ${MODEM_MANAGER} and ${found}: it takes the folder of the modem, ${first}`,
    command: set(rig, { device: first }),
    passing: false,
  };
}

/** Of network devices, those with hardware behind them alone are judged: not what is stacked on one (a bridge, a VLAN). */
async function whyNotNetwork(
  ctx: Ctx,
  { router }: Looked,
  _dials: Dialling,
  device: string,
  own: readonly UsbDevice[],
): Promise<Why | undefined> {
  const ours = portsOf(own).filter(isNetwork);
  // A program besides netifd may have dialled (quectel-CM): any of the modem's will do.
  if (
    !/^(?:usb|eth|wwan)\d+$/.test(device) ||
    ours.length === 0 ||
    ours.some(({ node }) => node === device)
  ) {
    return undefined;
  }
  const folder = `/sys/class/net/${device}`;
  const { exitCode } = await router.exec(ctx, ['ls', '-d', folder]);
  if (exitCode !== 0) return { text: `names ${device}, which is not there`, absent: device };
  const hardware = await router.exec(ctx, ['ls', '-d', `${folder}/device`]);
  return hardware.exitCode === 0 ? { text: `names ${device}, which is not of this modem` } : undefined;
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
  const of = (path: string): Port | undefined => portsOf(own).find((port) => path === nameOf(port));
  const judge = (named: Port): Why | undefined =>
    dials.fits(named, modem)
      ? undefined
      : {
          text: `names ${device}, ${describePort(named, modem)}: ${dials.proto} takes ${dials.wants}`,
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
    return { text: `names ${device}: ${dials.proto} takes ${dials.wants}, by its name in /dev` };
  return NODE.test(nodeOf(behind)) ? { text: `names ${device}, which is not of this modem` } : undefined;
}

/**
 * mbim.sh, and qmi.sh up to 18.06, look for the link's own name among the control devices: the handler on the router says
 * whether it is one of these. pppd opens what it is given.
 */
async function unfollowed(
  ctx: Ctx,
  router: Rig['router'],
  { mode, proto }: Dialling,
  link: string,
  { node }: Port,
): Promise<Why | undefined> {
  if (mode === 'ppp' || nodeOf(link) === node) return undefined;
  const handler = `/lib/netifd/proto/${proto}.sh`;
  const looksUp = `grep -q usbmisc ${handler} && ! grep -q 'readlink -f "*$device' ${handler}`;
  if ((await router.shell(ctx, looksUp)).exitCode !== 0) return undefined;
  return { text: `names ${link}, a link to /dev/${node}, which ${handler} does not follow` };
}

/** What USB modems have; what else there may be (a PCIe modem's) is not judged. */
const NODE = /^(tty(?:USB|ACM)|cdc-wdm|usb|eth|wwan)(\d+)$/;

const nodeOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** What the settings would have to be. */
async function tell(
  ctx: Ctx,
  rig: Looked,
  dials: Dialling,
  why: Why,
  own: readonly UsbDevice[],
): Promise<Misfit | undefined> {
  const { modem, connection, router } = rig;
  const ports = portsOf(own);
  const right = rightPort(dials, modem, ports);
  const text = `interface ${connection.interfaceName} dials ${dials.proto} and ${why.text}`;
  const other = dialling.find((one) => one.mode && why.named && one.fits(why.named, modem));
  const alternative = other && {
    alternative: `${set(rig, { proto: other.proto })} (it dials ${other.proto} then)`,
  };
  if (right) {
    const command = set(rig, { [await optionOf(ctx, router, dials)]: nameOf(right) });
    return { text, command, ...alternative, passing: mayComeBack(why.absent, right.node) };
  }
  const [device] = own;
  const shown = wholeModes(rig, device).find((one) => one !== 'ppp' && one !== dials.mode);
  const shownPort = dialling.find(({ mode }) => mode === shown);
  const port = shownPort && rightPort(shownPort, modem, ports);
  if (!shownPort || !port) return undefined; // its driver is missing, and is told where that is looked at
  return {
    text: `${text}; USB shows the modem in ${shownPort.mode} mode`,
    command: set(rig, { proto: shownPort.proto, [await optionOf(ctx, router, shownPort)]: nameOf(port) }),
    ...(dials.mode && dials.mode in modem.modes
      ? { alternative: `wwanlab mode ${rig.name} ${dials.mode} (it restarts the modem)` }
      : {}),
    passing: dials.mode !== undefined && (await waitsForRestart(ctx, rig, dials.mode)),
  };
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
