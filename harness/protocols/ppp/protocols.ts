/** PPP protocol numbers (RFC 1661 section 2, IANA ppp-numbers). */
export const pppProtocol = {
  ip: 0x0021,
  ipv6: 0x0057,
  ipcp: 0x8021,
  ipv6cp: 0x8057,
  ccp: 0x80fd,
  lcp: 0xc021,
  pap: 0xc023,
  chap: 0xc223,
  eap: 0xc227,
} as const;

/** Names as programs print them; undefined for numbers that nobody here speaks of. */
export function protocolName(number: number): string | undefined {
  return NAMES.get(number);
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [pppProtocol.ip, 'IP'],
  [pppProtocol.ipv6, 'IPv6'],
  [pppProtocol.ipcp, 'IPCP'],
  [pppProtocol.ipv6cp, 'IPV6CP'],
  [pppProtocol.ccp, 'CCP'],
  [pppProtocol.lcp, 'LCP'],
  [pppProtocol.pap, 'PAP'],
  [pppProtocol.chap, 'CHAP'],
  [pppProtocol.eap, 'EAP'],
]);
