import type { Ctx } from '../../../core/ctx.ts';
import type { Ms } from '../../../core/units.ts';
import type { Router, UsbDevice } from '../../../rig/router.ts';
import { quoteWords } from '../../openwrt/quote.ts';
import { modemNotFound, usbId } from '../errors.ts';
import type { ModemModel } from '../families/family.ts';
import { listHolders, parseUsers, type PortUser } from '../port-users.ts';
import { controlBusy, controlSilent, noWay } from './errors.ts';
import { mbimcli } from './mbimcli.ts';
import { qmicli, qmicliOverMbim } from './qmicli.ts';
import type { AskTool, ControlTool, Opening, Questions } from './tool.ts';
import { umbim } from './umbim.ts';
import { uqmi, uqmiOverMbim } from './uqmi.ts';

/** By the driver of the control device; the first that can do a thing does it. */
const tools: Readonly<Record<string, readonly ControlTool[]>> = {
  qmi_wwan: [qmicli, uqmi],
  cdc_mbim: [mbimcli, umbim, qmicliOverMbim, uqmiOverMbim],
};
const programs = [...new Set(Object.values(tools).flatMap((all) => all.map(({ program }) => program)))];

/** What OpenWrt's feeds call the programs that can do everything. */
const INSTALL: Readonly<Record<string, string>> = {
  qmi_wwan: 'uqmi, or qmi-utils (qmicli), installed on the router or built into its image, would do',
  cdc_mbim:
    'umbim, or mbim-utils and qmi-utils (mbimcli, qmicli), installed on the router or built into its image, would do',
};

/** A node below /dev and the driver that made it. */
export interface ControlNode {
  readonly device: string;
  readonly driver: string;
  readonly usb: UsbDevice;
}

/** A proxy talks to the modem for all who ask it. */
const PROXY = /(?:^|\/)(?:qmi|mbim)-proxy\b/;

/** How long a handler of netifd and its programs may take to let the device go. */
const LETTING_GO: Ms = 10_000;
/** Longer than any of these programs waits for a modem: umbim 15 s, qmicli 10 s for each of its messages. */
const ASK_MS: Ms = 40_000;
/** A new node is made when the modem was restarted. */
const GONE = 90;
const NOT_FOUND = 127;
/** By SIGTERM: it had waited long enough. */
const ENDED = 143;

export interface ControlPort {
  /**
   * Does a thing by the first program that can do it.
   * @param what for people: `for its registration`
   * @throws HarnessError `modem.not-found`, `modem.no-way`, `modem.port-busy`, `modem.no-answer`, `modem.unexpected-reply`
   */
  perform<T>(ctx: Ctx, what: string, choose: Choose<T>): Promise<T>;
  /**
   * Is there a program that can do it? The modem is not asked, and whoever has the device keeps it.
   * @throws HarnessError `modem.not-found`, `modem.no-way`
   */
  mustKnow<T>(ctx: Ctx, what: string, choose: Choose<T>): Promise<void>;
  /** `qmicli over /dev/cdc-wdm0`: by what it was asked last. */
  readonly way: string | undefined;
}

/** What a program does, with the control device that it does it over; undefined: it can't. */
type Choose<T> = (can: Partial<Questions>, node: ControlNode) => Deed<T> | undefined;
type Deed<T> = (ask: AskTool) => Promise<T>;

/** A modem's control device, asked with what the router has of qmicli, uqmi, mbimcli and umbim. */
export function createControlPort(router: Router, model: ModemModel): ControlPort {
  let way: string | undefined;

  const nodeOf = async (ctx: Ctx, what: string): Promise<ControlNode> => {
    const devices = await router.usbDevices(ctx);
    const usb = devices.find((candidate) => model.application.includes(usbId(candidate)));
    if (!usb) throw modemNotFound(model, devices);
    for (const { driver, nodes } of usb.interfaces) {
      const name = nodes.find((one) => one.startsWith('cdc-wdm'));
      if (driver !== undefined && driver in tools && name !== undefined) {
        return { device: `/dev/${name}`, driver, usb };
      }
    }
    throw noWay(what, 'USB shows no cdc-wdm node', 'is it in a mode with QMI or MBIM?');
  };

  return {
    get way() {
      return way;
    },
    async perform(ctx, what, choose) {
      const node = await nodeOf(ctx, what);
      const { device } = node;
      const { tool, line, deed } = toolFor(what, node, await awaitFree(ctx, router, node), choose);
      way = `${tool.program} over ${device}`;
      return deed((...question) => ask(ctx, router, node, tool, line(device, quoteWords(question))));
    },
    async mustKnow(ctx, what, choose) {
      const node = await nodeOf(ctx, what);
      const { there } = await look(ctx, router, node.device);
      toolFor(what, node, { there, opening: 'own' }, choose);
    },
  };
}

/** The first program that can do it. @throws HarnessError `modem.no-way` */
function toolFor<T>(what: string, node: ControlNode, { opening, there }: Free, choose: Choose<T>) {
  for (const tool of tools[node.driver] ?? []) {
    const line = tool.lines[opening];
    const deed = choose(tool.questions, node);
    if (line && deed && tool.needs.every((program) => there.includes(program))) return { tool, line, deed };
  }
  const why = there.length === 0 ? 'the router has no program for it' : reasons[opening](there.join(', '));
  throw noWay(what, why, opening === 'session' ? HANG_UP : (INSTALL[node.driver] ?? ''));
}

const HANG_UP =
  'take the connection down first (ifdown); with umbim and uqmi on the router that is not needed';
const reasons: Readonly<Record<Opening, (there: string) => string>> = {
  own: (there) => `${there} can't do that`,
  session: (there) => `${there} can't do that while netifd holds an MBIM session open`,
  proxy: (there) => `${there} can't do that through the proxy that has it open for ModemManager`,
};

/** Asks, and once more where the program that is there is an older one. */
async function ask(
  ctx: Ctx,
  router: Router,
  { device }: ControlNode,
  { program, older }: ControlTool,
  line: string,
): ReturnType<AskTool> {
  const first = await run(ctx, router, line);
  const { exitCode, ...said } = first.unknown && older ? await run(ctx, router, older(line)) : first;
  const text = said.unknown ? `${program} does not know this: ${line}` : said.text;
  if (exitCode === NOT_FOUND)
    throw noWay('anything', `${program} does not run: ${text.trim()}`, `install ${program}`);
  if (exitCode === ENDED || (exitCode !== 0 && SILENT.test(text))) throw controlSilent(program, device, text);
  return { ok: exitCode === 0, text };
}

/** One run of a program, on the timeline before and after. */
async function run(
  ctx: Ctx,
  router: Router,
  line: string,
): Promise<{ readonly exitCode: number; readonly text: string; readonly unknown: boolean }> {
  const sent = ctx.timeline.add('control', 'question', { line });
  const { exitCode, stdout, stderr } = await router.shell(ctx, line, { limit: ASK_MS });
  const text = stdout + stderr;
  // An old uqmi does not know every question, nor every option: then it explains itself at length.
  const unknown = /^Usage: u/m.test(text);
  ctx.timeline.add('control', 'answer', { exitCode, text: unknown ? 'Usage: …' : text }, sent.seq);
  return { exitCode, text, unknown };
}

/** Words of qmicli, uqmi, mbimcli and umbim for a modem that says nothing. */
const SILENT = /timed out|message timeout|Failed to connect to service|couldn't (?:open|create client)/i;

interface Free {
  readonly opening: Opening;
  /** Programs that the router has. */
  readonly there: readonly string[];
}

/** Waits until nobody but a proxy has the device open, and finds out how it may be opened. */
async function awaitFree(ctx: Ctx, router: Router, node: ControlNode): Promise<Free> {
  const end = ctx.clock.now() + LETTING_GO;
  for (;;) {
    const { there, users } = await look(ctx, router, node.device);
    const proxied = users.some(({ command }) => PROXY.test(command));
    const others = users.filter(({ command }) => !PROXY.test(command));
    const late = ctx.clock.now() >= end;
    if (others.length === 0) {
      if (proxied) return { there, opening: 'proxy' };
      const session = node.driver === 'cdc_mbim' ? await mbimSession(ctx, router, node.device) : 'none';
      // Between its calls a handler that dials lets go for a moment, and goes on where it was.
      if (session !== 'pending' || late) return { there, opening: session === 'none' ? 'own' : 'session' };
    } else if (late) throw controlBusy(node.device, others);
    await ctx.clock.sleep(500, ctx.signal);
  }
}

async function look(
  ctx: Ctx,
  router: Router,
  device: string,
): Promise<{ readonly there: readonly string[]; readonly users: readonly PortUser[] }> {
  const script = [
    `[ -c ${device} ] || exit ${GONE}`,
    `for p in ${programs.join(' ')}; do command -v $p >/dev/null 2>&1 && echo "has $p"; done`,
    'seen=',
    listHolders(device),
    'true',
  ].join('\n');
  const { exitCode, stdout } = await router.shell(ctx, script);
  if (exitCode === GONE) throw controlSilent('anything', device, 'it is gone');
  const there = Array.from(stdout.matchAll(/^has (\w+)$/gm), ([, name = '']) => name);
  return { there, users: parseUsers(stdout) };
}

/** Does netifd's mbim handler have a session open on this device, or is it about to? */
async function mbimSession(ctx: Ctx, router: Router, device: string): Promise<'none' | 'pending' | 'up'> {
  for (const one of await router.modemInterfaces(ctx)) {
    if (one.proto !== 'mbim' || one.disabled || (one.device ?? device) !== device) continue;
    const status = await router.interfaceStatus(ctx, one.name);
    if (status?.up) return 'up';
    if (status?.pending) return 'pending';
  }
  return 'none';
}
