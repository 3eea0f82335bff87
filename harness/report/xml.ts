type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An XML element on lines of its own; its content is XML already. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const inside = content.filter((part) => part !== '');
  const open = `<${name}${Object.entries(attributes).map(attribute).join('')}`;
  if (inside.length === 0) return `${open}/>`;
  const indented = inside.map((part) => (part.startsWith('<') ? `\n${part}` : part)).join('');
  return `${open}>${indented}${inside.at(-1)?.startsWith('<') ? '\n' : ''}</${name}>`;
}

function attribute([name, value]: [string, string | number | undefined]): string {
  if (value === undefined) return '';
  return ` ${name}="${escapeXml(String(value)).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`;
}

/**
 * Text as XML 1.0 takes it (section 2.2, Char): markup escaped, `]]>` with it, and what XML cannot hold at all shown by
 * its picture: ESC becomes ␛.
 */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
    .replace(CONTROL, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(NOT_A_CHARACTER, '\ufffd');
}

// oxlint-disable-next-line no-control-regex -- these are what it is about
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
/** Halves of surrogate pairs that stand alone, and the two non-characters that XML excludes. */
const NOT_A_CHARACTER = /[\ud800-\udfff\ufffe\uffff]/gu;
