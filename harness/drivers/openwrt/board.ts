import type { Board } from '../../rig/router.ts';
import { unexpectedOutput } from './errors.ts';
import { isObject, parseObject, textAt, type JsonObject } from './json.ts';

const MARK = '=== ';

/** Each source of what is known of the board, under a heading; 15.05 lacks board_name and target in the first. */
export const boardCommand = [
  'ubus call system board',
  'cat /tmp/sysinfo/board_name',
  'cat /tmp/sysinfo/model',
  'cat /etc/openwrt_release',
  'cat /etc/glversion',
]
  .map((command, i) => `echo '${MARK}${i}'; ${command} 2>/dev/null`)
  .join('; ');

/** Reads the output of `boardCommand`. @throws `openwrt.unexpected-output` */
export function parseBoard(text: string): Board {
  const [, json = '', boardName = '', model = '', release = '', glinet = ''] = text.split(/^=== \d\n/m);
  const board = parseObject('ubus call system board', json);
  const said: JsonObject = isObject(board['release']) ? board['release'] : {};
  const written = parseRelease(release);
  const kernel = textAt(board, 'kernel');
  const distribution = textAt(said, 'distribution') ?? written.get('DISTRIB_ID') ?? '';
  if (kernel === undefined) throw unexpectedOutput('ubus call system board', json, 'a kernel version');
  return {
    hostname: textAt(board, 'hostname') ?? '',
    model: textAt(board, 'model') ?? model.trim(),
    boardName: textAt(board, 'board_name') ?? boardName.trim(),
    kernel,
    distribution,
    flavour: flavourOf(release, glinet) ?? distribution,
    version: textAt(said, 'version') ?? written.get('DISTRIB_RELEASE') ?? '',
    revision: textAt(said, 'revision') ?? written.get('DISTRIB_REVISION') ?? '',
    target: textAt(said, 'target') ?? written.get('DISTRIB_TARGET') ?? '',
  };
}

/** ROOter's description of the release is `GoldenOrb_2019-01-13` or `ROOter_2020-03-06 ( OpenWrt 19.07.2 )`. */
function flavourOf(release: string, glinet: string): string | undefined {
  if (glinet.trim() !== '') return 'GL.iNet';
  return /GoldenOrb|ROOter/i.test(release) ? 'ROOter' : undefined;
}

/** `DISTRIB_ID='OpenWrt'`, or with double quotes, as 15.05 writes it. */
function parseRelease(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^(\w+)=["']?(.*?)["']?$/gm);
  return new Map(Array.from(lines, ([, key = '', value = '']) => [key, value]));
}
