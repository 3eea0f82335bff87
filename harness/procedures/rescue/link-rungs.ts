import { isHarnessError } from '../../core/errors.ts';
import { hangUp } from '../dial.ts';
import { needsModem, type RescueRung } from './rung.ts';

/** netifd takes the interface down and dials anew. */
export const redial: RescueRung = {
  id: 're-dial',
  about: 'dial again',
  limitMs: 15_000,
  skip: (_rig, seen) => needsModem(seen),
  climb: async (ctx, rig) => {
    await rig.router.ifup(ctx, rig.connection.interfaceName);
    return `ifup ${rig.connection.interfaceName}`;
  },
};

/** Down until netifd says so, so that no handler of before is left, and with the configuration read anew. */
export const interfaceAnew: RescueRung = {
  id: 'interface',
  about: 'take the interface down, read the configuration anew, bring it up',
  limitMs: 90_000,
  skip: (_rig, seen) => needsModem(seen),
  climb: async (ctx, rig) => {
    await hangUp(ctx, rig).catch(unlessNotLoaded);
    await rig.router.reloadNetwork(ctx);
    await rig.router.ifup(ctx, rig.connection.interfaceName);
    return `ifdown, network reload and ifup of ${rig.connection.interfaceName}`;
  },
};

/** What netifd does not know yet is not up. */
function unlessNotLoaded(error: unknown): void {
  if (!isHarnessError(error) || error.code !== 'rig.interface-not-loaded') throw error;
}
