import type { UciSection } from '../machine.ts';

/** `network.lan.ipaddr`, `firewall.@zone[1]`, taken apart; with `=value` where there is one. */
export interface UciPath {
  readonly packageName: string;
  readonly section?: string;
  readonly option?: string;
  readonly value?: string;
}

const NAME = /^[A-Za-z0-9_]+$/;
const EXTENDED = /^@([A-Za-z0-9_-]+)\[(-?\d+)\]$/;

/** Undefined: `uci: Parse error`, or `Invalid argument`. Source: libuci util.c, uci_parse_ptr. */
export function parsePath(text: string): UciPath | undefined {
  const equals = text.indexOf('=');
  const path = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? {} : { value: text.slice(equals + 1) };
  const [packageName = '', section, option, ...rest] = path.split('.');
  if (rest.length > 0 || !/^[A-Za-z0-9_-]+$/.test(packageName)) return undefined;
  if (section === '' || option === '') return undefined;
  if (section !== undefined && !NAME.test(section) && !EXTENDED.test(section)) return undefined;
  if (option !== undefined && !NAME.test(option)) return undefined;
  return {
    packageName,
    ...(section === undefined ? {} : { section }),
    ...(option === undefined ? {} : { option }),
    ...value,
  };
}

/** The section that a name or `@type[n]` means; a negative index counts from the end. */
export function findSection<S extends UciSection>(sections: readonly S[], name: string): S | undefined {
  const extended = EXTENDED.exec(name);
  if (!extended) return sections.find((section) => section.name === name);
  return sections.filter((section) => section.type === extended[1]).at(Number(extended[2]));
}

/** `@zone[1]` for an anonymous section, its name otherwise. */
export function showName(sections: readonly UciSection[], section: UciSection): string {
  if (!section.anonymous) return section.name;
  const index = sections.filter(({ type }) => type === section.type).indexOf(section);
  return `@${section.type}[${index}]`;
}
