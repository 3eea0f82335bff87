import type { Ctx } from '../core/ctx.ts';
import type { Following } from './router.ts';

/** The router's log as it sends it to this machine over the network (syslog): it comes also while SSH does not answer. */
export interface RemoteLog {
  /** For people: `syslog over TCP`. */
  readonly name: string;
  /**
   * Points the router here, and proves with a mark that its log comes through. Each line from then on goes to the
   * timeline as `syslog`/`line`, in logread's form without the day of the week and the year; `syslog`/`gap` says where
   * some may be missing. Stopping sends a last mark and points the router back to where it logged before.
   * @throws HarnessError `syslog.silent` where nothing comes; the router is as it was
   */
  follow(ctx: Ctx, onLine: (line: string) => void): Promise<Following>;
  /** Hears no more; what the router was told stays, where `stop` was not called. */
  close(): Promise<void>;
}
