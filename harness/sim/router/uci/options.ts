/** What stands before the command. */
export interface UciOptions {
  quiet: boolean;
  /** -X: names of anonymous sections instead of `@type[n]`. */
  extended: boolean;
  delimiter: string;
  directory: string | undefined;
  importFile: string | undefined;
}

export const defaultOptions = (): UciOptions => ({
  quiet: false,
  extended: false,
  delimiter: ' ',
  directory: undefined,
  importFile: undefined,
});

/** Sets the options that stand at the front; the words behind them, or undefined where one is unknown. */
export function takeOptions(argv: readonly string[], options: UciOptions): readonly string[] | undefined {
  let at = 0;
  for (; argv[at]?.startsWith('-') && argv[at] !== '-'; at++) {
    const word = argv[at] as string;
    const argument = (): string => (word.length > 2 ? word.slice(2) : (argv[++at] ?? ''));
    if (/^-[qXnNsSmL]+$/.test(word)) {
      if (word.includes('q')) options.quiet = true;
      if (word.includes('X')) options.extended = true;
    } else if (word.startsWith('-d')) options.delimiter = argument();
    else if (word.startsWith('-c')) options.directory = argument();
    else if (word.startsWith('-f')) options.importFile = argument();
    else if (/^-[pPt]/.test(word)) argument();
    else return undefined;
  }
  return argv.slice(at);
}

/** Source: uci cli.c, uci_usage. */
export const USAGE = `Usage: uci [<options>] <command> [<arguments>]

Commands:
	batch
	export     [<config>]
	import     [<config>]
	changes    [<config>]
	commit     [<config>]
	add        <config> <section-type>
	add_list   <config>.<section>.<option>=<string>
	del_list   <config>.<section>.<option>=<string>
	show       [<config>[.<section>[.<option>]]]
	get        <config>.<section>[.<option>]
	set        <config>.<section>[.<option>]=<value>
	delete     <config>[.<section>[[.<option>][=<id>]]]
	rename     <config>.<section>[.<option>]=<name>
	revert     <config>[.<section>[.<option>]]
	reorder    <config>.<section>=<position>

Options:
	-c <path>  set the search path for config files (default: /etc/config)
	-d <str>   set the delimiter for list values in uci show
	-f <file>  use <file> as input instead of stdin
	-m         when importing, merge data into an existing package
	-n         name unnamed sections on export (default)
	-N         don't name unnamed sections
	-p <path>  add a search path for config change files
	-P <path>  add a search path for config change files and use as default
	-t <path>  set save path for config change files
	-q         quiet mode (don't print error messages)
	-s         force strict mode (stop on parser errors, default)
	-S         disable strict mode
	-X         do not use extended syntax on 'show'

`;
