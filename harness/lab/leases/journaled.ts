import type { Ctx } from '../../core/ctx.ts';
import { isHarnessError } from '../../core/errors.ts';
import type { Modem, NetworkMode } from '../../rig/modem.ts';
import type { PowerSwitch } from '../../rig/power.ts';
import type { Router } from '../../rig/router.ts';
import type { UndoJournal } from '../../rig/undo.ts';

/*
 * The narrow places through which a rig's lasting state is changed: each notes first how the change is undone. So a
 * suite need not think of it, and a procedure that restores what it changed strikes its note out by restoring it.
 */

export function journaledRouter(router: Router, journal: UndoJournal): Router {
  const noteFiles = async (ctx: Ctx, paths: readonly string[]): Promise<void> => {
    const names = paths.map((path) => path.split('.', 1)[0] as string);
    for (const name of new Set(names)) await noteConfiguration(ctx, router, journal, name);
  };
  return {
    ...router,
    uciSet: async (ctx, changes) => {
      await noteFiles(ctx, Object.keys(changes));
      await router.uciSet(ctx, changes);
    },
    uciStage: async (ctx, changes) => {
      await noteFiles(ctx, Object.keys(changes));
      await router.uciStage(ctx, changes);
    },
    uciCommit: async (ctx, name) => {
      await noteFiles(ctx, [name]);
      await router.uciCommit(ctx, name);
    },
    uciAdd: async (ctx, name, type, options) => {
      await noteFiles(ctx, [name]);
      return router.uciAdd(ctx, name, type, options);
    },
  };
}

async function noteConfiguration(
  ctx: Ctx,
  router: Router,
  journal: UndoJournal,
  name: string,
): Promise<void> {
  const thing = `/etc/config/${name}`;
  if (journal.noted(thing)) return;
  const content = await router.readConfiguration(ctx, name);
  journal.note(thing, { kind: 'configuration', name, content });
}

const BANDS = 'the bands of the modem';
const COMPOSITION = 'the composition of the modem';

/** A composition is back when the modem has restarted with it. */
export function journaledModem(modem: Modem, journal: UndoJournal): Modem {
  let chosen: NetworkMode | undefined;
  return {
    ...modem,
    compose: async (ctx, mode) => {
      const before = await modem.composition(ctx);
      if (before !== undefined && before !== mode) {
        journal.note(COMPOSITION, { kind: 'composition', mode: before });
      }
      await modem.compose(ctx, mode);
      chosen = mode;
    },
    allowBands: async (ctx, bands) => {
      const { setting } = await modem.bands(ctx);
      const noted = journal.noted(BANDS) !== undefined;
      journal.note(BANDS, { kind: 'bands', setting });
      try {
        await modem.allowBands(ctx, bands);
      } catch (error) {
        // What was refused before anything was changed need not be brought back.
        if (!noted && isHarnessError(error) && error.effect === 'none') journal.done(BANDS);
        throw error;
      }
    },
    restoreBands: async (ctx, setting) => {
      await modem.restoreBands(ctx, setting);
      const undo = journal.noted(BANDS);
      if (undo?.kind === 'bands' && undo.setting === setting) journal.done(BANDS);
    },
    restart: async (ctx) => {
      await modem.restart(ctx);
      const undo = journal.noted(COMPOSITION);
      if (undo?.kind === 'composition' && undo.mode === chosen) journal.done(COMPOSITION);
    },
  };
}

export function journaledPower(
  power: PowerSwitch,
  outlet: 'power' | 'modemPower',
  journal: UndoJournal,
): PowerSwitch {
  return {
    ...power,
    set: async (ctx, on) => {
      if (!on) journal.note(power.name, { kind: 'power', outlet });
      await power.set(ctx, on);
      if (on) journal.done(power.name);
    },
  };
}
