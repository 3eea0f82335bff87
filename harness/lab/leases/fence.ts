import { withSignal } from '../../core/ctx.ts';
import type { Console } from '../../rig/console.ts';
import type { PowerSwitch } from '../../rig/power.ts';
import type { SshConnection } from '../../transport/ssh.ts';

interface Checked {
  /** Throws where the right to touch the rig is gone. */
  check(): void;
  /** Aborts when it goes. */
  readonly lost: AbortSignal;
}

/*
 * The narrow places that everything goes through that is done to a rig: each asks first whether the lease holds still,
 * and is broken off when it ends. What only listens (a console's output, a stream that runs) goes on; it changes nothing.
 */

export function fenceConnection(connection: SshConnection, lease: Checked): SshConnection {
  return {
    name: connection.name,
    get alive() {
      return connection.alive;
    },
    exec: async (ctx, command, options) => {
      lease.check();
      return withSignal(ctx, lease.lost, (c) => connection.exec(c, command, options));
    },
    run: async (ctx, command, options) => {
      lease.check();
      return withSignal(ctx, lease.lost, (c) => connection.run(c, command, options));
    },
    stream: async (ctx, command, onLine) => {
      lease.check();
      return connection.stream(ctx, command, onLine);
    },
    close: () => connection.close(),
  };
}

export function fencePower(power: PowerSwitch, lease: Checked): PowerSwitch {
  return {
    ...power,
    set: async (ctx, on) => {
      lease.check();
      await withSignal(ctx, lease.lost, (c) => power.set(c, on));
    },
  };
}

export function fenceConsole(console: Console, lease: Checked): Console {
  return {
    ...console,
    write: async (ctx, text) => {
      lease.check();
      await console.write(ctx, text);
    },
  };
}
