/**
 * JSON as blobmsg prints it: tabs, and an empty list or table on three lines. Source: libubox blobmsg_json.c,
 * blobmsg_format_json_indent.
 */
export function formatJson(value: unknown, options: { readonly escapeSlash?: boolean } = {}): string {
  return format(value, '', options.escapeSlash ?? false);
}

/** `ubus -S`: everything on one line, no blanks. */
export function compactJson(value: unknown, options: { readonly escapeSlash?: boolean } = {}): string {
  const text = JSON.stringify(value);
  return options.escapeSlash ? text.replaceAll('/', '\\/') : text;
}

function format(value: unknown, indent: string, escapeSlash: boolean): string {
  if (typeof value === 'string') {
    const text = JSON.stringify(value);
    return escapeSlash ? text.replaceAll('/', '\\/') : text;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const inner = `${indent}\t`;
  const items = Array.isArray(value)
    ? value.map((item: unknown) => format(item, inner, escapeSlash))
    : Object.entries(value).map(
        ([key, item]) => `${JSON.stringify(key)}: ${format(item, inner, escapeSlash)}`,
      );
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
}
