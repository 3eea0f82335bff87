import { describe, expect, it } from '@jest/globals';

import { createRng, type Rng } from '../../../../harness/core/chance.ts';
import type { Input } from '../../../../harness/sim/modem/turn.ts';
import { bench, type Bench } from './bench.ts';

type Deed = readonly [command: string, meaning: Input];

const deeds: readonly Deed[] = [
  ['AT+CFUN=0', { kind: 'setFunctionality', level: 0 }],
  ['AT+CFUN=1', { kind: 'setFunctionality', level: 1 }],
  ['AT+CPIN="1234"', { kind: 'enterPin', pin: '1234' }],
  ['AT+CPIN="9999"', { kind: 'enterPin', pin: '9999' }],
  ['AT+COPS=2', { kind: 'selectNetwork', selection: 'none' }],
  ['AT+COPS=0', { kind: 'selectNetwork', selection: 'automatic' }],
  [
    'AT+CGDCONT=2,"IP","internet"',
    { kind: 'defineContext', context: { cid: 2, type: 'IP', apn: 'internet' } },
  ],
  ['AT+CGDCONT=3', { kind: 'undefineContext', cid: 3 }],
  ['AT+CGACT=1,1', { kind: 'activateContext', cid: 1 }],
  ['AT+CGACT=0,1', { kind: 'deactivateContext', cid: 1 }],
  ['AT+CGATT=0', { kind: 'detach' }],
  ['AT!USBCOMP=1,1,100D', { kind: 'setComposition', composition: 0x100d }],
  ['AT!SELRAT=06', { kind: 'setRadioAccess', access: 'lte' }],
  ['AT!BAND=00', { kind: 'setLteBands', bands: 0x100130818dfn }],
  ['AT!PCOFFEN=2', { kind: 'ignoreWDisable', ignore: true }],
  ['AT!RESET', { kind: 'reset' }],
];

/** The same deeds at the same times, by bytes or by meanings. */
async function perform(script: readonly Deed[], how: 'bytes' | 'meanings'): Promise<Bench> {
  const b = bench('mc7455', { sim: { pin: '1234' } });
  await b.drive(async () => {
    for (const [command, meaning] of script) {
      await b.pass(3_000);
      // Nothing can be said to a modem in its restart, by either way.
      if (b.modem.openPort(3)) {
        if (how === 'meanings') b.modem.input(meaning);
        else b.open().type(`AT!ENTERCND="A710"\r${command}\r`);
      }
      await b.pass(20_000);
    }
  });
  return b;
}

const script = (rng: Rng): Deed[] =>
  Array.from({ length: 12 }, () => deeds[rng.integer(0, deeds.length - 1)] as Deed);

describe('the AT face and the machine', () => {
  it.each(Array.from({ length: 25 }, (_, i) => `script-${i}`))(
    'end in the same state after %s',
    async (seed) => {
      const plan = script(createRng(seed));
      const [byBytes, byMeanings] = [await perform(plan, 'bytes'), await perform(plan, 'meanings')];
      expect(byBytes.modem.state).toEqual(byMeanings.modem.state);
      expect(byBytes.modem.usb).toEqual(byMeanings.modem.usb);
    },
  );
});
