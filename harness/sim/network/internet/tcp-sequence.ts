/** Sequence numbers go round (RFC 9293 section 3.4). */
export function sum(seq: number, count: number): number {
  return (seq + count) >>> 0;
}

/** Does `later` come after `earlier`? */
export function isAfter(later: number, earlier: number): boolean {
  return ((later - earlier) | 0) > 0;
}
