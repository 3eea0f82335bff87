import { HarnessError } from '../../core/errors.ts';
import { addressAt, addressBytes } from '../ip/address.ts';
import { addressAt6, addressBytes6 } from '../ip/address6.ts';
import { get16, get32, put16, put32 } from '../ip/ipv4.ts';
import { nameBytes, readName } from './name.ts';

/** Record types (RFC 1035 section 3.2.2, AAAA RFC 3596). */
export const dnsType = { a: 1, ns: 2, cname: 5, soa: 6, ptr: 12, aaaa: 28, opt: 41 } as const;

/** Response codes (RFC 1035 section 4.1.1). */
export const dnsCode = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
} as const;

export interface DnsQuestion {
  /** Without the final dot; `` for the root. */
  readonly name: string;
  readonly type: number;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: number;
  /** Seconds. */
  readonly ttlS: number;
  /** Of A and AAAA the address, of PTR, CNAME and NS the name; of others nothing. */
  readonly value: string;
}

/** A DNS message of class IN (RFC 1035 section 4) without authority; EDNS options come in and are not kept. */
export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly code: number;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
}

const HEADER = 12;
const MAX_RECORDS = 64;

/** Names are written out in full, without compression. */
export function encodeDns(message: DnsMessage): Uint8Array {
  const head = new Uint8Array(HEADER);
  put16(head, 0, message.id);
  put16(head, 2, flagsOf(message));
  put16(head, 4, message.questions.length);
  put16(head, 6, message.answers.length);
  const questions = message.questions.map(({ name, type }) => [...nameBytes(name), ...words(type, 1)]);
  const answers = message.answers.map((record) => {
    const data = dataOf(record);
    const ttl = new Uint8Array(4);
    put32(ttl, 0, record.ttlS);
    return [...nameBytes(record.name), ...words(record.type, 1), ...ttl, ...words(data.length), ...data];
  });
  return Uint8Array.from([...head, ...questions.flat(), ...answers.flat()]);
}

/** @throws HarnessError `dns.truncated`, `dns.bad-name`, `dns.bad-message` */
export function decodeDns(bytes: Uint8Array): DnsMessage {
  need(bytes, 0, HEADER);
  const flags = get16(bytes, 2);
  const [questionCount, answerCount] = [get16(bytes, 4), get16(bytes, 6)];
  if (questionCount + answerCount > MAX_RECORDS) throw dnsError('dns.bad-message', 'too many records');
  let at = HEADER;
  const questions = Array.from({ length: questionCount }, (): DnsQuestion => {
    const { name, next } = readName(bytes, at);
    need(bytes, next, 4);
    at = next + 4;
    return { name, type: get16(bytes, next) };
  });
  const answers = Array.from({ length: answerCount }, (): DnsRecord => {
    const { record, next } = readRecord(bytes, at);
    at = next;
    return record;
  });
  return {
    id: get16(bytes, 0),
    response: (flags & 0x8000) !== 0,
    opcode: (flags >>> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    code: flags & 15,
    questions,
    answers,
  };
}

function flagsOf(message: DnsMessage): number {
  return (
    (message.response ? 0x8000 : 0) |
    (message.opcode << 11) |
    (message.authoritative ? 0x0400 : 0) |
    (message.truncated ? 0x0200 : 0) |
    (message.recursionDesired ? 0x0100 : 0) |
    (message.recursionAvailable ? 0x0080 : 0) |
    message.code
  );
}

function readRecord(bytes: Uint8Array, from: number): { record: DnsRecord; next: number } {
  const { name, next } = readName(bytes, from);
  need(bytes, next, 10);
  const type = get16(bytes, next);
  const length = get16(bytes, next + 8);
  const at = next + 10;
  need(bytes, at, length);
  const record = { name, type, ttlS: get32(bytes, next + 4), value: valueOf(bytes, type, at, length) };
  return { record, next: at + length };
}

function valueOf(bytes: Uint8Array, type: number, at: number, length: number): string {
  if (type === dnsType.a && length === 4) return addressAt(bytes, at);
  if (type === dnsType.aaaa && length === 16) return addressAt6(bytes, at);
  if (type === dnsType.ptr || type === dnsType.cname || type === dnsType.ns) return readName(bytes, at).name;
  return '';
}

function dataOf({ type, value }: DnsRecord): Uint8Array {
  if (type === dnsType.a) return addressBytes(value);
  if (type === dnsType.aaaa) return addressBytes6(value);
  return value === '' ? new Uint8Array(0) : nameBytes(value);
}

function words(...values: readonly number[]): number[] {
  return values.flatMap((value) => [value >>> 8, value & 255]);
}

function need(bytes: Uint8Array, at: number, count: number): void {
  if (at + count > bytes.length) {
    throw dnsError('dns.truncated', `a DNS message of ${at + count} bytes ends after ${bytes.length}`);
  }
}

function dnsError(code: `dns.${string}`, message: string): HarnessError {
  return new HarnessError(message, { code, blame: 'dut', effect: 'none' });
}
