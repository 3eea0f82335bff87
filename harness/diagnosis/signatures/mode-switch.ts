import { install, installed } from '../package-manager.ts';
import type { Scene } from '../scene.ts';
import { cause, type Match, type Signature } from '../signature.ts';
import { namesStorageMode } from '../storage-ids.ts';

const SAID =
  /(?:modem|stick|dongle|it) (?:is |stays |remains )?(?:still )?(?:stuck )?in (?:mass[- ])?storage mode|mode[- ]?switch(?:ing)? (?:is not working|does(?:n't| not) work|failed)/i;

/** `usbmode -l`: it lists what its list can switch, and no device that was switched. */
const SWITCHABLE = /^Found device: [\da-f]{4}:[\da-f]{4} \(/;

function inStorageMode(scene: Scene): Match | undefined {
  const ids = scene.lines.filter((line) => namesStorageMode(line.text) || SWITCHABLE.test(line.text));
  const said = scene.with(SAID);
  const last = ids.at(-1);
  if (!last || scene.reachedAfter(last.number, 'S2')) return undefined;
  // It left after it was seen so: it is about to come back as what it is.
  if (scene.losses.some((loss) => loss.line.number > last.number)) return undefined;
  return {
    evidence: [...ids, ...said],
    confidence: said.length > 0 ? 'certain' : 'likely',
    explains: ['F23'],
  };
}

/** A stick that shows its installer disk instead of its modem. */
export const modeSwitch: readonly Signature[] = [
  {
    fault: 'F29',
    title: 'the stick is still in its storage mode (an installer disk): it was not switched to being a modem',
    rung: 'S2',
    settles: true,
    causes: [
      cause(
        'usb-modeswitch is missing',
        `${installed('modeswitch')}; logread -e usbmode`,
        `${install('usb-modeswitch')}; plug it in again`,
      ),
      cause(
        'its list does not know this id',
        'grep -A3 "VENDOR:PRODUCT" /etc/usb-mode.json',
        'its message from a newer usb-modeswitch-data, in /etc/usb-mode.json',
      ),
    ],
    match: inStorageMode,
  },
];
