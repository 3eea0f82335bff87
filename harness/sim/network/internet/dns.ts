import { isHarnessError } from '../../../core/errors.ts';
import {
  decodeDns,
  dnsCode,
  dnsType,
  encodeDns,
  type DnsMessage,
  type DnsRecord,
} from '../../../protocols/dns/message.ts';

/** Addresses of one name: documentation ranges (RFC 5737, RFC 3849), but for the operator's name servers. */
interface Host {
  readonly name: string;
  readonly ipv4: string;
  readonly ipv6: string;
}

const TTL_S = 300;

/** Names that the little internet knows: what routers and their users look up to see whether they are online. */
const hosts: readonly Host[] = [
  { name: 'dns.google', ipv4: '8.8.8.8', ipv6: '2001:4860:4860::8888' },
  ...[
    'example.com',
    'www.example.com',
    'example.org',
    'openwrt.org',
    'downloads.openwrt.org',
    'www.google.com',
    'connectivitycheck.gstatic.com',
    'connectivity-check.ubuntu.com',
    'detectportal.firefox.com',
    'captive.apple.com',
    'www.msftconnecttest.com',
    'speedtest.example.com',
    '0.openwrt.pool.ntp.org',
    '1.openwrt.pool.ntp.org',
    '2.openwrt.pool.ntp.org',
    '3.openwrt.pool.ntp.org',
  ].map((name, i) => ({ name, ipv4: `203.0.113.${10 + i}`, ipv6: `2001:db8:113::${(10 + i).toString(16)}` })),
];

const byName = new Map(hosts.map((host) => [host.name, host]));
const byReverse = new Map(
  hosts.flatMap((host) => [reverse4(host.ipv4), reverse6(host.ipv6)].map((at) => [at, host.name])),
);

/** The answer to a query as it came over UDP, or over TCP behind its length; undefined for what is no query. */
export function answerDns(bytes: Uint8Array): Uint8Array | undefined {
  const query = read(bytes);
  if (!query || query.response) return undefined;
  const [question] = query.questions;
  const reply = (code: number, answers: readonly DnsRecord[] = []): Uint8Array =>
    encodeDns({
      ...query,
      response: true,
      authoritative: false,
      truncated: false,
      recursionAvailable: true,
      code,
      answers,
    });
  if (query.opcode !== 0) return reply(dnsCode.notImplemented);
  if (!question || query.questions.length > 1) return reply(dnsCode.formatError);
  const { name, type } = question;
  const record = (value: string): DnsRecord => ({ name, type, ttlS: TTL_S, value });
  const pointer = byReverse.get(name.toLowerCase());
  if (pointer !== undefined) return reply(dnsCode.noError, type === dnsType.ptr ? [record(pointer)] : []);
  const host = byName.get(name.toLowerCase());
  if (!host) return reply(dnsCode.nameError);
  if (type === dnsType.a) return reply(dnsCode.noError, [record(host.ipv4)]);
  if (type === dnsType.aaaa) return reply(dnsCode.noError, [record(host.ipv6)]);
  return reply(dnsCode.noError);
}

function read(bytes: Uint8Array): DnsMessage | undefined {
  try {
    return decodeDns(bytes);
  } catch (error) {
    if (isHarnessError(error) && error.code.startsWith('dns.')) return undefined;
    throw error;
  }
}

function reverse4(address: string): string {
  return `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
}

/** RFC 3596 section 2.5: each hexadecimal digit a label, the last first. */
function reverse6(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const words = (part: string): string[] =>
    part === '' ? [] : part.split(':').map((word) => word.padStart(4, '0'));
  const [before, after] = [words(head), words(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0000');
  return `${[...before, ...zeros, ...after].join('').split('').toReversed().join('.')}.ip6.arpa`;
}
