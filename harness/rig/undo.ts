import type { NetworkMode } from './modem.ts';

/** How a change is undone: data, so that another process can do it. Doing it twice is no different from doing it once. */
export type Undo =
  /** `/etc/config/NAME` is as it was; without content: it is not there. */
  | { readonly kind: 'configuration'; readonly name: string; readonly content: string | undefined }
  /** USB shows this network function. */
  | { readonly kind: 'composition'; readonly mode: NetworkMode }
  /** The modem may use these bands (`LteBands.setting`). */
  | { readonly kind: 'bands'; readonly setting: string }
  /** The supply is on. */
  | { readonly kind: 'power'; readonly outlet: 'power' | 'modemPower' }
  /** A line of shell on the router, that ends with 0 and may be run when there is nothing to undo. */
  | { readonly kind: 'shell'; readonly line: string };

/**
 * What was changed on a rig, and how it is undone, where changes outlive the process: kept beside the lease. Whoever gets
 * the rig after a process that could not clean up undoes it first, the last change first.
 */
export interface UndoJournal {
  /**
   * Notes, before it is changed, how a thing is undone. A thing that is noted already keeps its first note: that is its
   * known good state. When this returns, the note is on disk.
   * @param thing what is changed, for people: `/etc/config/network`
   * @throws HarnessError `lease.revoked`, `lease.lost`
   */
  note(thing: string, undo: Undo): void;
  noted(thing: string): Undo | undefined;
  /** It is as it was. */
  done(thing: string): void;
  /** What is noted of this kind has no meaning any more: new firmware has settings of its own. */
  forget(kind: Undo['kind']): void;
  /** What was changed stays: it is the known good state from now on. */
  keep(): void;
}
