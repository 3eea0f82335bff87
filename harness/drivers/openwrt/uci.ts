import type { Ctx } from '../../core/ctx.ts';
import { mustSucceed } from './errors.ts';
import { quoteWord } from './quote.ts';
import type { Shell } from './upload.ts';

/** The value of `network.wan.proto`; the items of a list with blanks between them; undefined where there is none. */
export async function uciGet(ctx: Ctx, shell: Shell, path: string): Promise<string | undefined> {
  const result = await shell(ctx, `uci -q get ${quoteWord(path)}`);
  if (result.exitCode === 1) return undefined;
  return mustSucceed(result).stdout.replace(/\n$/, '');
}

/**
 * Sets all values (undefined: the option is taken away), then commits each configuration file that they are in; nothing
 * is committed when one is refused.
 */
export async function uciSet(
  ctx: Ctx,
  shell: Shell,
  values: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const entries = Object.entries(values);
  if (entries.length === 0) return;
  const files = [...new Set(entries.map(([path]) => path.split('.', 1)[0] ?? path))];
  const commands = [
    ...entries.map(([path, value]) =>
      value === undefined
        ? `{ uci -q delete ${quoteWord(path)} || true; }`
        : `uci set ${quoteWord(`${path}=${value}`)}`,
    ),
    ...files.map((file) => `uci commit ${quoteWord(file)}`),
  ];
  mustSucceed(await shell(ctx, commands.join(' && ')));
}
