/** The line to type on a router whose storage is full: what is largest there, last. Busybox has all of it. */
export const whatFills = (places: readonly string[]): string =>
  `du -akx ${places.join(' ')} | sort -n | tail`;
