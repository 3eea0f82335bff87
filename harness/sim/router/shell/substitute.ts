import { patternSource } from './pattern.ts';

/** `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`, `${x/p/r}`, `${x//p/r}` on an expanded pattern. */
export function changeByPattern(
  value: string,
  operator: string,
  pattern: string,
  replacement: string,
): string {
  if (operator === '/' || operator === '//') {
    if (pattern === '') return value;
    return value.replace(new RegExp(patternSource(pattern), operator === '//' ? 'g' : ''), () => replacement);
  }
  return operator.startsWith('#')
    ? removePrefix(value, pattern, operator)
    : removeSuffix(value, pattern, operator);
}

/** `${x:offset:length}`; negative numbers count from the end. */
export function substring(value: string, offset: number, length: number | undefined): string {
  const start = offset < 0 ? Math.max(0, value.length + offset) : offset;
  if (length === undefined) return value.slice(start);
  return value.slice(start, length < 0 ? value.length + length : start + length);
}

function removePrefix(value: string, pattern: string, operator: string): string {
  return value.replace(new RegExp(`^(?:${patternSource(pattern, operator === '#')})`), '');
}

/** The shortest suffix is found from the end: a lazy expression would still begin as far left as it can. */
function removeSuffix(value: string, pattern: string, operator: string): string {
  const whole = new RegExp(`^(?:${patternSource(pattern)})$`);
  const longest = operator === '%%';
  for (let i = 0; i <= value.length; i++) {
    const at = longest ? i : value.length - i;
    if (whole.test(value.slice(at))) return value.slice(0, at);
  }
  return value;
}
