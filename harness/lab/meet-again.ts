import type { Ctx } from '../core/ctx.ts';
import { HarnessError, isHarnessError } from '../core/errors.ts';
import { createOpenwrtRouter } from '../drivers/openwrt/router.ts';
import { runOnConsole } from '../procedures/console.ts';
import type { Console } from '../rig/console.ts';
import type { KnownRouter, MetAgain } from '../rig/known-router.ts';
import type { SshConnection } from '../transport/ssh.ts';
import { fingerprintOf } from '../transport/ssh/host-key.ts';

/** What it takes to ask a router who it is, before it is trusted. */
export interface Introduction {
  readonly name: string;
  /**
   * Connects to a router that shows this key, or none other than the pinned one. It gives no secret away: the factory's
   * login without a password, or a key of ours.
   */
  readonly connect: (ctx: Ctx, hostKey: string | undefined) => Promise<SshConnection>;
  readonly console?: Console | undefined;
  /** Believes this key from now on. */
  readonly pin: (hostKey: string) => void;
}

/**
 * Proves that the router that answers with another host key is the one that is meant: by its serial console, where one is
 * wired and a shell waits there (the cable is the proof), or else by its board and a MAC address over a session that trusts
 * the key for these questions alone.
 * @throws HarnessError `rig.stranger`; what the transport says where no key is shown
 */
export async function meetAgain(ctx: Ctx, introduction: Introduction, known: KnownRouter): Promise<MetAgain> {
  const { name, console, pin } = introduction;
  const hostKey = await shownKey(ctx, introduction);
  const keys = console && (await keysOnConsole(ctx, console));
  const proof =
    console && keys
      ? proveByConsole(name, console, keys, hostKey)
      : await proveByHardware(ctx, introduction, hostKey, known);
  pin(hostKey);
  ctx.timeline.add('run', 'host-key.pinned', { name, hostKey, proof });
  return { hostKey, proof };
}

async function shownKey(ctx: Ctx, { name, connect }: Introduction): Promise<string> {
  try {
    await (await connect(ctx, undefined)).close();
  } catch (error) {
    const found = isHarnessError(error)
      ? (error.data as { readonly found?: unknown } | undefined)?.found
      : undefined;
    if (typeof found === 'string') return found;
    throw error;
  }
  throw stranger(name, 'it shows the key that is pinned', 'try again');
}

/** Public keys as dropbearkey tells them, whatever its release calls their fingerprints. */
const PUBLIC_KEYS =
  "for f in /etc/dropbear/dropbear_*_host_key; do dropbearkey -y -f $f 2>/dev/null | grep -E '^(ssh|ecdsa)-'; done; true";

/** Undefined where no shell waits on it: then it proves nothing, either way. */
async function keysOnConsole(ctx: Ctx, console: Console): Promise<readonly string[] | undefined> {
  try {
    const { output } = await runOnConsole(ctx, console, PUBLIC_KEYS);
    return [...output.matchAll(/^(?:ssh|ecdsa)-\S+ ([A-Za-z0-9+/=]+)/gm)].map(([, blob = '']) =>
      printOf(blob),
    );
  } catch (error) {
    if (isHarnessError(error) && error.code === 'console.not-seen') return undefined;
    throw error;
  }
}

function proveByConsole(name: string, console: Console, keys: readonly string[], hostKey: string): string {
  if (keys.includes(hostKey)) return `its console ${console.name} shows this key`;
  const shown = keys.join(', ') || 'none';
  throw stranger(
    name,
    `the router on its console has the keys ${shown}, and the one that answers ${hostKey}`,
    LOOK,
  );
}

const printOf = (blob: string): string => fingerprintOf(Buffer.from(blob, 'base64'));

async function proveByHardware(
  ctx: Ctx,
  { name, connect }: Introduction,
  hostKey: string,
  known: KnownRouter,
): Promise<string> {
  const router = createOpenwrtRouter({ name, connect: (c) => connect(c, hostKey) });
  try {
    const { boardName } = await router.board(ctx);
    const macs = await router.macAddresses(ctx);
    if (boardName !== known.boardName) {
      throw stranger(name, `it is a ${boardName}, and was a ${known.boardName}`, LOOK);
    }
    const same = macs.find((mac) => known.macAddresses.includes(mac));
    if (same !== undefined) return `it is a ${boardName} with the MAC address ${same}, as before`;
    const [were, are] = [known.macAddresses, macs].map((list) => list.join(', ') || 'none');
    throw stranger(name, `its MAC addresses are ${are}, and were ${were}`, LOOK);
  } catch (error) {
    if (!isHarnessError(error) || error.code !== 'ssh.auth-failed') throw error;
    const why = "it wants a password, and the rig's own is not given to a router that is not proven";
    throw stranger(name, why, 'wire its console and name it in the rig file, or look at it by hand');
  } finally {
    await router.close();
  }
}

const LOOK =
  'does another router have its address? Look at cables and console, then change hostKey in the rig file';

const stranger = (name: string, why: string, hint: string): HarnessError =>
  new HarnessError(`the new host key of ${name} is not believed: ${why}`, {
    code: 'rig.stranger',
    blame: 'rig',
    effect: 'none',
    hint,
  });
