import * as swi from '../../../../../protocols/qmi/dms/swi.ts';
import { compositionByNumber, isComposition } from '../../../composition.ts';
import { detailsOf } from '../../../model-details.ts';
import { handle, type QmiHandler } from '../handler.ts';
import { onlySierra } from '../only-sierra.ts';

const supported = Object.keys(compositionByNumber).map(Number);

/** Sierra's own. */
export const swiHandlers: readonly QmiHandler[] = [
  handle(
    swi.getCurrentFirmware,
    onlySierra(({ profile }, { hpMode }) => {
      if (hpMode !== undefined) return { error: 'InvalidQmiCommand' };
      const { model } = profile.identity;
      const { bootVersion, sku } = detailsOf(profile);
      // The first word of the revision: what follows is the build.
      const [amssVersion] = profile.identity.revision.split(' ');
      return {
        values: {
          model,
          bootVersion: bootVersion.split(' ')[0],
          amssVersion,
          sku,
          packageId: '',
          carrierId: '1',
          priVersion: '002.026',
          carrier: 'GENERIC',
          configVersion: '002.026_000',
        },
      };
    }),
  ),
  handle(
    swi.getUsbComposition,
    onlySierra(({ runtime }) => {
      const { pending } = runtime.state.composition;
      const current = supported.find((number) => compositionByNumber[number] === pending);
      return current === undefined ? { error: 'InformationUnavailable' } : { values: { current, supported } };
    }),
  ),
  handle(
    swi.setUsbComposition,
    onlySierra(({ runtime }, { composition }) => {
      const mask = compositionByNumber[composition];
      if (mask === undefined || !isComposition(runtime.state.traits, mask))
        return { error: 'InvalidArgument' };
      runtime.input({ kind: 'setComposition', composition: mask });
      return { values: {} };
    }),
  ),
];
