import type { Ctx } from '../../core/ctx.ts';
import type { Led, LedChange } from '../../rig/led.ts';
import { mustSucceed } from './errors.ts';
import { quoteWord } from './quote.ts';
import type { Shell } from './upload.ts';

const FOLDER = '/sys/class/leds';

export const ledsCommand = `cd ${FOLDER} 2>/dev/null || exit 0
for led in *; do
  [ -e "$led/brightness" ] || continue
  read -r brightness < "$led/brightness"
  triggers=
  [ -e "$led/trigger" ] && read -r triggers < "$led/trigger"
  echo "$led|$brightness|$triggers"
done`;

/** Reads the output of `ledsCommand`: the trigger in force stands in brackets. */
export function parseLeds(text: string): readonly Led[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', brightness = '', words = ''] = line.split('|');
      const triggers = words.split(' ').filter((word) => word !== '');
      const chosen = triggers.find((word) => word.startsWith('['));
      return {
        name,
        brightness: Number(brightness),
        trigger: bare(chosen ?? 'none'),
        triggers: triggers.map(bare),
      };
    });
}

const bare = (word: string): string => word.replace(/^\[(.*)\]$/, '$1');

/** @throws HarnessError `openwrt.command-failed` where there is no such LED, or no such trigger */
export async function setLed(ctx: Ctx, shell: Shell, name: string, change: LedChange): Promise<void> {
  const [file, value] = 'trigger' in change ? ['trigger', change.trigger] : ['brightness', change.brightness];
  mustSucceed(
    await shell(ctx, `echo ${quoteWord(String(value))} > ${quoteWord(`${FOLDER}/${name}/${file}`)}`),
  );
}
