import type { Ctx } from '../../core/ctx.ts';
import { mustSucceed } from './errors.ts';
import { quoteWord } from './quote.ts';
import { uploadFile, type Shell } from './upload.ts';

/** Where uci has its files. Source: libuci, UCI_CONFDIR. */
const FOLDER = '/etc/config';

/** Our own exit status: there is no such file. */
const NONE = 90;

/** Who has to be told when a file has changed; `reload_config` tells procd's services alone, and not before 12.09. */
const tell: Readonly<Record<string, string>> = {
  network: '/etc/init.d/network reload',
  firewall: '/etc/init.d/firewall reload',
  // Not `log restart`: it ends logd as well, and with it all that it remembers.
  system: '/etc/init.d/system reload; /etc/init.d/log reload',
};
const tellOthers = '[ ! -x /sbin/reload_config ] || /sbin/reload_config';

/** The text of /etc/config/NAME as it is committed; undefined where there is no such file. It may hold secrets. */
export async function readConfiguration(ctx: Ctx, shell: Shell, name: string): Promise<string | undefined> {
  const path = quoteWord(`${FOLDER}/${name}`);
  const result = await shell(ctx, `[ -e ${path} ] || exit ${NONE}; cat ${path}`);
  return result.exitCode === NONE ? undefined : mustSucceed(result).stdout;
}

/**
 * Makes /etc/config/NAME this text, or takes it away, drops what was set and never committed, and has it read by those
 * that it concerns. The file is replaced as a whole: a router that loses its power has the one or the other.
 */
export async function writeConfiguration(
  ctx: Ctx,
  shell: Shell,
  name: string,
  text: string | undefined,
): Promise<void> {
  const path = quoteWord(`${FOLDER}/${name}`);
  const beside = `${FOLDER}/.wwanlab-${name}`; // uci's own glob passes over hidden files
  const drop = `uci -q revert ${quoteWord(name)}`;
  if (text === undefined) {
    mustSucceed(await shell(ctx, `${drop}; rm -f ${path}`));
  } else {
    await shell(ctx, `cp -p ${path} ${quoteWord(beside)}`); // for its mode; the file may be gone
    await uploadFile(ctx, shell, Buffer.from(text), beside);
    mustSucceed(await shell(ctx, `sync; mv ${quoteWord(beside)} ${path} && { ${drop}; sync; }`));
  }
  mustSucceed(await shell(ctx, tell[name] ?? tellOthers, { limit: 60_000 }));
}
