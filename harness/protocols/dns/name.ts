import { HarnessError } from '../../core/errors.ts';

/** Octets of a name on the wire, the root's included (RFC 1035 section 2.3.4). */
const MAX_NAME = 255;
const MAX_LABEL = 63;

/**
 * `example.com` -> labels behind their lengths.
 * @throws HarnessError `dns.bad-name`
 */
export function nameBytes(name: string): Uint8Array {
  const labels = name === '' ? [] : name.split('.');
  const octets = labels.flatMap((label) => {
    if (label.length === 0 || label.length > MAX_LABEL) throw badName(`a label of ${label.length} octets`);
    return [label.length, ...Array.from(label, (character) => character.charCodeAt(0) & 255)];
  });
  if (octets.length + 1 > MAX_NAME) throw badName(`a name of ${octets.length + 1} octets`);
  return Uint8Array.from([...octets, 0]);
}

/**
 * The name at `from`, and where what follows it starts. Pointers lead backwards only, so that no message makes a loop
 * (RFC 1035 section 4.1.4).
 * @throws HarnessError `dns.truncated`, `dns.bad-name`
 */
export function readName(bytes: Uint8Array, from: number): { readonly name: string; readonly next: number } {
  const labels: string[] = [];
  let next: number | undefined;
  let total = 1;
  for (let at = from, limit = from; ;) {
    const length = octetAt(bytes, at);
    if (length === 0) return { name: labels.join('.'), next: next ?? at + 1 };
    if (length >= 0xc0) {
      const target = ((length & 0x3f) << 8) | octetAt(bytes, at + 1);
      if (target >= limit) throw badName('a pointer that does not lead backwards');
      next ??= at + 2;
      limit = target;
      at = target;
      continue;
    }
    if (length > MAX_LABEL) throw badName('a label of a reserved kind');
    total += length + 1;
    if (total > MAX_NAME) throw badName('a name that is too long');
    octetAt(bytes, at + length); // it has to be there as a whole
    labels.push(String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length)));
    at += length + 1;
  }
}

function octetAt(bytes: Uint8Array, at: number): number {
  const octet = bytes[at];
  if (octet !== undefined) return octet;
  throw new HarnessError(`a DNS name goes beyond the ${bytes.length} bytes of its message`, {
    code: 'dns.truncated',
    blame: 'dut',
    effect: 'none',
  });
}

function badName(what: string): HarnessError {
  return new HarnessError(`no DNS name: ${what}`, { code: 'dns.bad-name', blame: 'dut', effect: 'none' });
}
