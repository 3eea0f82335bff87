import type { Ctx } from '../../../harness/core/ctx.ts';
import type { HarnessError } from '../../../harness/core/errors.ts';
import type { TimelineEvent } from '../../../harness/core/timeline.ts';
import { connectSsh, type SshConnection } from '../../../harness/transport/ssh.ts';
import { testCtx } from '../../support/ctx.ts';
import { createTestServer, hostKey, PASSWORD, reply, type ServerScript } from '../../support/ssh-server.ts';

/** How the scripted server is logged in to. */
export const login = { name: 'router', user: 'root', password: PASSWORD, hostKey };

interface Scene {
  readonly ctx: Ctx;
  readonly events: () => readonly TimelineEvent[];
  readonly ssh: SshConnection;
  readonly far: { destroy(): void; pause(): void };
}

/** A connection to a scripted server, in virtual time. */
export function scene<T>(script: ServerScript, body: (s: Scene) => Promise<T>): Promise<T> {
  const test = testCtx();
  const { ctx } = test;
  return ctx.clock.drive('scene', async () => {
    const { socket, far } = createTestServer(script).plug();
    const ssh = await connectSsh(ctx, { ...login, socket });
    const result = await body({ ctx, events: () => test.events(), ssh, far });
    await ssh.close();
    return result;
  });
}

export const fault = (work: Promise<unknown>): Promise<HarnessError> =>
  work.then(
    () => {
      throw new Error('expected a fault');
    },
    (error: HarnessError) => error,
  );

/** Answers with the command. */
export const echo: ServerScript = { run: (channel, command) => reply(channel, `${command}\n`) };
export const silent: ServerScript = { run: () => undefined };
