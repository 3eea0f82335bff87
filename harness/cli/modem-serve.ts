import { setFlagsFromString } from 'node:v8';

import { createRng } from '../core/chance.ts';
import { createRealClock } from '../core/real-clock.ts';
import { createRedactor } from '../core/redact.ts';
import { Timeline, type TimelineEvent } from '../core/timeline.ts';
import { qemuArguments, usbipCommand } from '../lab/modem-links.ts';
import { serveModem, type ServedModem, type ServeRequest } from '../lab/modem-serve.ts';
import { neverFired } from '../sim/unfired.ts';
import { formatSocketAddress } from '../transport/socket.ts';
import { watchInterrupts } from './interrupt.ts';
import type { Io } from './io.ts';
import { openControl } from './modem-control.ts';
import { seedOf, serveRequestOf } from './modem-request.ts';
import type { Arguments } from './spec.ts';

/** Packets die young: V8 answers their rate with 30 MB of room for new objects, which an idle modem would keep. */
const SMALL_NURSERY = '--semi-space-growth-factor=1';

/** `modem serve`: until a signal comes, or standard input ends where it gives the commands. */
export async function modemServe(args: Arguments, io: Io): Promise<number> {
  setFlagsFromString(SMALL_NURSERY);
  const request = serveRequestOf(args);
  const seed = seedOf(args);
  const json = args.flag('json');
  const clock = createRealClock();
  const redact = createRedactor(secretsOf(request));
  const timeline = new Timeline({
    clock,
    redact,
    write: (line) => io.out(json ? line : describeEvent(JSON.parse(line) as TimelineEvent)),
  });
  const served = await serveModem({ clock, rng: createRng(seed), timeline }, request);
  const interrupt = watchInterrupts();
  try {
    const stopped = new Promise<void>((resolve) => interrupt.onRequest(() => resolve()));
    const control = await openControl(args.text('control'), { served, io, json, redact });
    describe(served, request, io, json);
    await Promise.race([stopped, control.ended]);
    await control.close();
  } finally {
    interrupt.dispose();
    await served.close();
  }
  const unfired = served.injector.unfired();
  if (unfired.length > 0) throw neverFired(unfired);
  return 0;
}

/** What to type to get the modem. */
function describe({ usbredir, usbip }: ServedModem, request: ServeRequest, io: Io, json: boolean): void {
  const { profile } = request;
  const qemu = usbredir && request.usbredir && qemuArguments(usbredir.address, request.usbredir.role);
  const attach = usbip && usbipCommand(usbip.address);
  if (json) {
    const addresses = {
      ...(usbredir && { usbredir: formatSocketAddress(usbredir.address), qemu }),
      ...(usbip && { usbip: formatSocketAddress(usbip.address), attach }),
    };
    io.out(`${JSON.stringify({ serving: profile.id, ...addresses })}\n`);
    return;
  }
  io.out(`${profile.title} is on.\n`);
  if (qemu !== undefined) io.out(`QEMU:    ${qemu}\n`);
  if (attach !== undefined) io.out(`USB/IP:  ${attach}\n`);
}

/** `    12.345  modem usb.attached id=1199:9071 as=application` */
function describeEvent({ at, source, kind, data }: TimelineEvent): string {
  const fields = Object.entries((data ?? {}) as Readonly<Record<string, unknown>>)
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
  return `${(at / 1_000).toFixed(3).padStart(10)}  ${source} ${kind}${fields}\n`;
}

/** Values that must not be printed. */
function secretsOf({ profile, sim }: ServeRequest): string[] {
  const { imei, serialNumber } = profile.identity;
  const { iccid, imsi, pin, puk } = profile.card;
  const own = sim.kind === 'pin' ? [sim.pin] : [];
  return [imei, serialNumber, iccid, imsi, pin, puk, ...own].filter((text) => text !== undefined);
}
