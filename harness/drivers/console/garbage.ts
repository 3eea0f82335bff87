/** What a wrong baud rate looks like: many characters that no text has. Too short a text is no proof. */
export function isGarbage(text: string): boolean {
  const tail = text.slice(-400);
  if (tail.length < 20) return false;
  const strange = tail.match(/[\u0000-\u0006\u000e-\u001a\u001c-\u001f\u007f-\u009f\ufffd]/g)?.length ?? 0;
  return strange / tail.length > 0.25;
}
