import type { Ctx } from '../core/ctx.ts';
import type { Ms } from '../core/units.ts';

import { retryHarmless } from './retry.ts';
import type { SshConnection } from './ssh/connection.ts';
import type { SshTarget } from './ssh/target.ts';
import { shakeHands } from './ssh/handshake.ts';
import { createSession } from './ssh/session.ts';

export type { SshConnection } from './ssh/connection.ts';
export type { SshTarget, TcpTarget } from './ssh/target.ts';

export interface ConnectOptions {
  /** For all tries together; 5 s by default. */
  readonly limit?: Ms;
  /** Pauses between tries while nothing answers. None for a socket that is given: it cannot be opened again. */
  readonly pauses?: readonly Ms[];
}

/**
 * Connects, checks the pinned host key and logs in.
 * @throws HarnessError `ssh.unreachable`, `ssh.forward-refused`, `ssh.handshake-failed`, `ssh.host-key-missing`, `ssh.host-key-mismatch`,
 * `ssh.auth-failed`; all with blame `rig`, effect `none`. `ssh.bad-settings` blames the rig file.
 */
export async function connectSsh(
  ctx: Ctx,
  target: SshTarget,
  options: ConnectOptions = {},
): Promise<SshConnection> {
  const limit = options.limit ?? 5_000;
  const deadline = ctx.clock.now() + limit;
  const pauses = 'socket' in target ? [] : (options.pauses ?? [250, 500]);
  const line = await retryHarmless(ctx, ['ssh.unreachable'], pauses, () =>
    shakeHands(ctx, target, { limit, deadline }),
  );
  return createSession(ctx.clock, target.name, line);
}
