import type { Ctx } from '../../../harness/core/ctx.ts';
import { isHarnessError } from '../../../harness/core/errors.ts';
import { hangUp } from '../../../harness/procedures/dial.ts';
import { protocols } from '../../../harness/procedures/dial-needs.ts';
import { findModem } from '../../../harness/procedures/modem-rungs.ts';
import { swapMode } from '../../../harness/procedures/mode.ts';
import type { Rig } from '../../../harness/rig/rig.ts';
import type { Router } from '../../../harness/rig/router.ts';
import { observeLink, observeNoDevice } from './link.ts';
import { openLogBook } from './log-book.ts';
import { normalText } from './normal.ts';
import type { Observed, Plain } from './plain.ts';

/** Modes that the contract dials in. */
export type ContractMode = 'ppp' | 'qmi' | 'mbim' | 'ecm';

/** The contract: what is done to a rig, alike on a simulated and on a virtual one, and what it showed. */
export async function observe(ctx: Ctx, rig: Rig, modes: readonly ContractMode[]): Promise<Observed> {
  const log = await openLogBook(ctx, rig);
  const section = `network.${rig.connection.interfaceName}`;
  await hangUp(ctx, rig);
  // Who dials when is the contract's business; and one address comes, whichever the network would rather give.
  await rig.router.uciSet(ctx, { [`${section}.auto`]: '0', [`${section}.pdptype`]: 'ipv4' });
  await rig.router.reloadNetwork(ctx);
  const registered = async (c: Ctx): Promise<true | undefined> =>
    (await rig.modem.registration(c)) === 'home' || undefined;
  await ctx.expect('the modem is registered', registered, 120_000);
  const observed: Record<string, Plain> = {
    ...(await observeRouter(ctx, rig)),
    ...(await observeRefusals(ctx, rig)),
    ...(await observeModem(ctx, rig)),
  };
  for (const mode of modes) {
    // udhcpc has no device of its own to miss: netifd does not begin without one.
    if (mode !== 'ecm') Object.assign(observed, await observeNoDevice(ctx, rig, log, protocols[mode]));
    observed[`${mode}.swap.log`] = await log.during(async () => {
      const { from, to, restarted, ok, interfaces } = await swapMode(ctx, rig, mode);
      observed[`${mode}.swap`] = { from, to, restarted, ok, interfaces: interfaces.map(({ text }) => text) };
    });
    observed[`${mode}.usb`] = await usbOf(ctx, rig);
    Object.assign(observed, await observeLink(ctx, rig, log, mode));
  }
  await log.stop();
  return observed;
}

const PACKAGES = [
  'comgt',
  'uqmi',
  'umbim',
  'kmod-usb-serial-qualcomm',
  'kmod-usb-net-qmi-wwan',
  'kmod-usb-net-cdc-mbim',
  'kmod-usb-net-cdc-ether',
];

async function observeRouter(ctx: Ctx, { router, connection }: Rig): Promise<Observed> {
  const packages = await router.packages(ctx);
  const lacking: Record<string, Plain> = {};
  for (const protocol of ['3g', 'qmi', 'mbim', 'dhcp', 'nosuch'])
    lacking[protocol] = (await router.lacking(ctx, { protocol, drivers: [] })) !== undefined;
  const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 31) & 255));
  await router.upload(ctx, bytes, '/tmp/with blank');
  return {
    board: { ...(await router.board(ctx)) },
    boot: Object.keys(await router.boot(ctx)),
    packages: Object.fromEntries(PACKAGES.map((name) => [name, packages.has(name)])),
    lacking,
    leds: (await router.leds(ctx)).length > 0,
    services: {
      firewall: { ...(await router.service(ctx, 'firewall')) },
      dropbear: { ...(await router.service(ctx, 'dropbear')) },
      nosuch: (await router.service(ctx, 'nosuch')) !== undefined,
    },
    file: Buffer.from(await router.download(ctx, '/tmp/with blank')).equals(bytes),
    'modem interfaces': (await router.modemInterfaces(ctx)).map((one) => ({ ...one })),
    'device option': await router.deviceOption(ctx),
    interface: (await router.interfaceStatus(ctx, 'nosuch')) !== undefined,
    uci: await observeUci(ctx, router, connection.interfaceName),
    ubus: {
      'network.interface': Object.keys(await router.ubus(ctx, 'network.interface', 'dump')),
      nosuch: await refusal(() => router.ubus(ctx, 'nosuch', 'status')),
    },
  };
}

async function observeUci(ctx: Ctx, router: Router, name: string): Promise<Plain> {
  const section = `network.${name}`;
  const apn = `${section}.apn`;
  const before = await router.uciGet(ctx, apn);
  await router.uciSet(ctx, { [apn]: "o'hara & sons", [`${section}.dns`]: ['192.0.2.1', '192.0.2.2'] });
  const written = await router.uciGet(ctx, apn);
  const own = (await router.uciSections(ctx, 'network'))?.find(({ path }) => path === name);
  await router.uciStage(ctx, { [apn]: 'staged' });
  const staged = await router.uciGet(ctx, apn);
  await router.uciRevert(ctx, 'network');
  const reverted = await router.uciGet(ctx, apn);
  await router.uciSet(ctx, { [apn]: before, [`${section}.dns`]: undefined });
  return {
    before,
    written,
    staged,
    reverted,
    after: await router.uciGet(ctx, apn),
    section: own && { type: own.type, dns: own.options['dns'] },
    none: await router.uciGet(ctx, 'network.nosuch.apn'),
    file: await router.readConfiguration(ctx, 'nosuch'),
    refused: await refusal(() => router.uciSet(ctx, { 'nosuch.a.b': 'c' })),
  };
}

/** Lines of shell that end with something to remember: exit code, output, complaint. */
const LINES = [
  'nosuchcommand',
  'exit 3',
  'uci get network.nosuch',
  'uci -q get network.nosuch',
  'uci set network.nosuch.x=1',
  'ubus call nosuch status',
  'ubus call network.interface.nosuch status',
  'ubus call network.interface.lan nosuch',
  'ifup nosuch',
  'ifdown nosuch',
  'ifstatus nosuch',
  'cat /nosuch',
  'wc -c </nosuch',
  'ping -c 1 nosuch.invalid',
  'logread -l 1 | wc -l',
  '/etc/init.d/nosuch start',
  '/etc/init.d/firewall nosuch',
  'sysupgrade -T /nosuch',
  'ls /proc/sys/net/ipv6',
];

async function observeRefusals(ctx: Ctx, rig: Rig): Promise<Observed> {
  const { router } = rig;
  const observed: Record<string, Plain> = {};
  for (const line of LINES) {
    const { exitCode, stdout, stderr } = await router.shell(ctx, line);
    observed[`shell ${line}`] = { exitCode, stdout: normalText(stdout), stderr: normalText(stderr) };
  }
  const missing = '/nosuch/x';
  return {
    ...observed,
    'ifup of what is not there': await refusal(() => router.ifup(ctx, 'nosuch')),
    'download of what is not there': await refusal(() => router.download(ctx, missing)),
    'upload to where nothing can be': await refusal(() => router.upload(ctx, Buffer.from('x'), missing)),
    'a command that takes too long': await refusal(() => router.shell(ctx, 'sleep 5', { limit: 500 })),
  };
}

async function refusal(body: () => Promise<unknown>): Promise<Plain> {
  try {
    await body();
    return 'none';
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    const { code, blame, effect, message } = error;
    return { code, blame, effect, message: normalText(message) };
  }
}

const QUESTIONS = ['AT+CSQ', 'AT+COPS?', 'AT+CGDCONT?', 'AT+NOSUCH'];

async function observeModem(ctx: Ctx, { modem }: Rig): Promise<Observed> {
  const at: Record<string, Plain> = {};
  for (const question of QUESTIONS) {
    const { ok, lines, final } = await modem.at(ctx, question);
    at[question] = { ok, lines: lines.map(normalText), final };
  }
  return {
    identity: { ...(await modem.identity(ctx)) },
    sim: await modem.simState(ctx),
    radio: { ...(await modem.radio(ctx)) },
    registration: await modem.registration(ctx),
    composition: await modem.composition(ctx),
    at,
  };
}

/** The modem as the router's USB shows it: its numbers, drivers and nodes. */
async function usbOf(ctx: Ctx, rig: Rig): Promise<Plain> {
  const device = findModem(rig, await rig.router.usbDevices(ctx));
  if (!device) return 'none';
  const { vendorId, productId, product } = device;
  const interfaces = device.interfaces.map(({ number, driver, nodes }) => ({ number, driver, nodes }));
  return { vendorId, productId, product, interfaces };
}
