import type { Runtime } from '../../../runtime.ts';
import type { CallSettings } from '../../../stored.ts';

/** What hosts have set for the whole service: it outlives restarts. */
export function callSettings({ runtime }: { readonly runtime: Runtime }): CallSettings {
  return runtime.state.stored.calls;
}

export function setCalls(owner: { readonly runtime: Runtime }, change: Partial<CallSettings>): void {
  owner.runtime.input({ kind: 'store', change: { calls: { ...callSettings(owner), ...change } } });
}
