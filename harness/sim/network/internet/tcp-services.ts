import { answerDns } from './dns.ts';
import { createHttpServer } from './http.ts';
import { createBuffer, createPattern, type TcpService } from './tcp-service.ts';
import { port } from './udp.ts';

/** The receive window of servers that swallow what they get. */
const WINDOW = 1_048_576;
/** What an echo holds back, unsent. */
const ECHO_BYTES = 262_144;
/** A DNS message over TCP isAfter its length (RFC 1035 section 4.2.2). */
const MAX_DNS = 2 + 0xffff;

/** The server on this port of every public address; undefined: none listens there. */
export function tcpServiceAt(number: number, isDnsServer: boolean): TcpService | undefined {
  switch (number) {
    case port.echo:
      return createEcho();
    case port.discard:
    case port.sink:
      return createSink();
    case port.chargen:
      return createSource();
    case port.http:
      return createHttpServer();
    case port.dns:
      return isDnsServer ? createDnsServer() : undefined;
    default:
      return undefined;
  }
}

function createSink(): TcpService {
  let ended = false;
  return {
    room: () => WINDOW,
    take: () => undefined,
    end: () => {
      ended = true;
    },
    pull: () => undefined,
    get done() {
      return ended;
    },
  };
}

/** The pattern again and again: as many bytes as the client takes. */
function createSource(): TcpService {
  const pull = createPattern();
  let ended = false;
  return {
    ...createSink(),
    end: () => {
      ended = true;
    },
    pull,
    get done() {
      return ended;
    },
  };
}

function createEcho(): TcpService {
  const out = createBuffer();
  let ended = false;
  return {
    room: () => Math.max(0, ECHO_BYTES - out.length()),
    take: (bytes) => out.push(bytes.slice()),
    end: () => {
      ended = true;
    },
    pull: out.pull,
    get done() {
      return ended && out.length() === 0;
    },
  };
}

function createDnsServer(): TcpService {
  const out = createBuffer();
  let input: Uint8Array = new Uint8Array(0);
  let ended = false;
  return {
    room: () => Math.max(0, MAX_DNS - input.length - out.length()),
    take: (bytes) => {
      input = Uint8Array.of(...input, ...bytes);
      for (let next = framed(input); next; next = framed(input)) {
        input = input.subarray(2 + next.length);
        const answer = answerDns(next);
        if (answer) out.push(Uint8Array.of(answer.length >>> 8, answer.length & 255, ...answer));
      }
    },
    end: () => {
      ended = true;
    },
    pull: out.pull,
    get done() {
      return ended && out.length() === 0;
    },
  };
}

function framed(input: Uint8Array): Uint8Array | undefined {
  const length = ((input[0] ?? 0) << 8) | (input[1] ?? 0);
  return length > 0 && input.length >= 2 + length ? input.subarray(2, 2 + length) : undefined;
}
