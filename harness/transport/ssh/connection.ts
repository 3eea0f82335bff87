import type { Ctx } from '../../core/ctx.ts';
import type { CommandOptions, CommandResult, OutputStream } from './command.ts';

/** A shell behind SSH. One command is in flight at a time; others wait for their turn. */
export interface SshConnection {
  readonly name: string;
  /** False once it broke or was closed; it never comes back, a new one has to be made. */
  readonly alive: boolean;
  /**
   * Runs a line of shell on a channel of its own. Any exit code is a result; throws `ssh.*` (blame `rig`) when there is none.
   * Recorded on the timeline as `ssh` `exec` before it is sent, and `exit` or `fault` afterwards.
   */
  exec(ctx: Ctx, command: string, options?: CommandOptions): Promise<CommandResult>;
  /**
   * The same in a shell that stays open, in a subshell of it: a sixth of the time. Its input is empty. Where a command
   * leaves something behind that still runs, the next one has a new shell.
   */
  run(ctx: Ctx, command: string, options?: Omit<CommandOptions, 'stdin'>): Promise<CommandResult>;
  /** Follows the output of a command that goes on. Its lines are not recorded here. */
  stream(ctx: Ctx, command: string, onLine: (line: string) => void): Promise<OutputStream>;
  close(): Promise<void>;
}
