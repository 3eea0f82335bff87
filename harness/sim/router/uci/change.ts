import { addSection, asList, type Section } from './text.ts';

/** One uncommitted change; sections stand under their real names, `cfg03dc81`. Source: libuci delta.c. */
export type Change =
  | { readonly kind: 'add'; readonly section: string; readonly type: string }
  | { readonly kind: 'section'; readonly section: string; readonly type: string }
  | { readonly kind: 'set'; readonly section: string; readonly option: string; readonly value: string }
  | { readonly kind: 'delete'; readonly section: string; readonly option?: string }
  | { readonly kind: 'rename'; readonly section: string; readonly option?: string; readonly to: string }
  | { readonly kind: 'reorder'; readonly section: string; readonly index: number }
  | { readonly kind: 'list-add'; readonly section: string; readonly option: string; readonly value: string }
  | {
      readonly kind: 'list-delete';
      readonly section: string;
      readonly option: string;
      readonly value: string;
    };

/** Carries a change out; one whose section is gone does nothing. */
export function applyChange(sections: Section[], change: Change): void {
  const index = sections.findIndex((section) => section.name === change.section);
  const section = sections[index];
  if (change.kind === 'add') {
    if (!section)
      sections.push({ name: change.section, anonymous: true, type: change.type, options: new Map() });
    return;
  }
  if (change.kind === 'section') {
    if (section) sections[index] = { ...section, type: change.type };
    else addSection(sections, change.type, change.section);
    return;
  }
  if (!section) return;
  if (change.kind === 'delete' && change.option === undefined) sections.splice(index, 1);
  else if (change.kind === 'rename' && change.option === undefined) {
    sections[index] = { ...section, name: change.to, anonymous: false };
  } else if (change.kind === 'reorder') {
    sections.splice(index, 1);
    sections.splice(change.index, 0, section);
  } else applyToOption(section, change);
}

function applyToOption(section: Section, change: Change): void {
  const { options } = section;
  if (!('option' in change) || change.option === undefined) return;
  const { option } = change;
  const present = options.get(option);
  if (change.kind === 'set') options.set(option, change.value);
  else if (change.kind === 'delete') options.delete(option);
  else if (change.kind === 'rename' && present !== undefined) {
    options.delete(option);
    options.set(change.to, present);
  } else if (change.kind === 'list-add') options.set(option, [...asList(present), change.value]);
  else if (change.kind === 'list-delete') {
    const rest = asList(present).filter((item) => item !== change.value);
    if (rest.length > 0) options.set(option, rest);
    else options.delete(option);
  }
}

/** A line of `uci changes`. Source: uci cli.c, uci_show_changes. */
export function formatChange(packageName: string, change: Change, quoted: (text: string) => string): string {
  const section = `${packageName}.${change.section}`;
  const option = 'option' in change && change.option !== undefined ? `${section}.${change.option}` : section;
  switch (change.kind) {
    case 'add':
    case 'section':
      return `${section}=${quoted(change.type)}`;
    case 'set':
      return `${option}=${quoted(change.value)}`;
    case 'delete':
      return `-${option}`;
    case 'rename':
      return `${option}=${quoted(change.to)}`;
    case 'reorder':
      return `${section}=${quoted(String(change.index))}`;
    case 'list-add':
      return `${option}+=${quoted(change.value)}`;
    case 'list-delete':
      return `${option}-=${quoted(change.value)}`;
  }
}
