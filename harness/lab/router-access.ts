import type { Ctx } from '../core/ctx.ts';
import { isHarnessError } from '../core/errors.ts';
import { connectSsh, type SshConnection, type TcpTarget } from '../transport/ssh.ts';
import type { LabRigFile } from './rig-file.ts';
import { factoryTarget, routerTarget } from './router-login.ts';

/** The ways into a router: as its rig file says, and as it came from its factory. */
export interface RouterAccess {
  /**
   * Logs in where it answers. The factory's way is tried where nobody is at the other, or refuses the login; both show the
   * pinned key, so whoever is there is this router.
   */
  connect(ctx: Ctx): Promise<SshConnection>;
  /**
   * The same with another key, or none, and without a secret: a login without a password, a key of ours (a signature
   * tells nothing of it), or the factory's password.
   */
  meet(ctx: Ctx, hostKey: string | undefined): Promise<SshConnection>;
  /** From now on this key is the pinned one. */
  believe(hostKey: string): void;
}

/** @throws HarnessError what routerTarget throws */
export function createRouterAccess(file: LabRigFile): RouterAccess {
  const factory = factoryTarget(file);
  const ways: readonly TcpTarget[] = [routerTarget(file), ...(factory ? [factory] : [])];
  let pinned = ways[0]?.hostKey;
  let last = 0;

  const connect = async (ctx: Ctx, targets: readonly TcpTarget[]): Promise<SshConnection> => {
    const errors: unknown[] = [];
    // The one that served last time is tried first.
    for (const index of last === 0 ? targets.keys() : [...targets.keys()].reverse()) {
      try {
        const found = await connectSsh(ctx, targets[index] as TcpTarget);
        if (index !== last) tellWay(ctx, file.id, targets[index] as TcpTarget, index > 0);
        last = index;
        return found;
      } catch (error) {
        if (!mayBeElsewhere(error)) throw error;
        errors.push(error);
      }
    }
    // A refusal says more than silence.
    throw errors.find((error) => !isUnreachable(error)) ?? errors[0];
  };
  return {
    connect: (ctx) =>
      connect(
        ctx,
        ways.map((way) => ({ ...way, hostKey: pinned })),
      ),
    meet: (ctx, hostKey) =>
      connect(
        ctx,
        ways.map((way, i) => ({ ...(i === 0 ? harmless(way) : way), hostKey })),
      ),
    believe: (hostKey) => (pinned = hostKey),
  };
}

const isUnreachable = (error: unknown): boolean => isHarnessError(error) && error.code === 'ssh.unreachable';

const mayBeElsewhere = (error: unknown): boolean =>
  isUnreachable(error) || (isHarnessError(error) && error.code === 'ssh.auth-failed');

function tellWay({ timeline }: Ctx, name: string, { user, host, port }: TcpTarget, factory: boolean): void {
  const way = `${user}@${host}:${port}`;
  const text = factory
    ? `${name} answers at ${way}, as it came from its factory: its settings were dropped`
    : `${name} answers at ${way} again`;
  timeline.add('run', 'router.way', { text });
}

/** What may be shown to anybody: a signature tells nothing of its key, a password is itself. */
function harmless({ password: _password, ...rest }: TcpTarget): TcpTarget {
  return rest.privateKey === undefined && rest.agent === undefined ? { ...rest, password: '' } : rest;
}
