import { bytes, map, u32, type Field } from '../binary/field.ts';
import { addressAt6, addressBytes6 } from '../ip/address6.ts';
import { formatAddress, parseAddress } from '../ip/address.ts';

/** A dotted quad as QMI has it: a number in host order, so that the octets stand backwards on the wire. */
export const ipv4Address: Field<string> = map(u32, formatAddress, parseAddress);

/** Sixteen octets in network order, as text (RFC 5952). */
export const ipv6Address: Field<string> = map(bytes(16), (octets) => addressAt6(octets, 0), addressBytes6);
