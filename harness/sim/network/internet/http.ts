import { createBuffer, createPattern, type TcpService } from './tcp-service.ts';

/** The head of a request that is longer is refused. */
const MAX_HEAD = 8_192;
/** Of `/bytes/N`. */
const MAX_BYTES = 1_000_000_000_000;

const PAGE = '<!doctype html><title>It works</title><p>This is the little internet.</p>\n';

interface Answer {
  readonly status: string;
  readonly type: string;
  /** The pattern's first bytes, or this text. */
  readonly body: string | number;
}

/** A server for GET and HEAD, one request a connection: `/`, `/generate_204`, `/bytes/N` (RFC 9112). */
export function createHttpServer(): TcpService {
  const out = createBuffer();
  const pattern = createPattern();
  let head = '';
  let answered = false;
  let ended = false;
  let bytesLeft = 0;
  const respond = (answer: Answer, withBody: boolean): void => {
    answered = true;
    const { status, type, body } = answer;
    const length = typeof body === 'number' ? body : body.length;
    const lines = [`HTTP/1.1 ${status}`, 'Connection: close', `Content-Length: ${length}`];
    if (length > 0) lines.push(`Content-Type: ${type}`);
    out.push(latin1(`${lines.join('\r\n')}\r\n\r\n`));
    if (!withBody) return;
    if (typeof body === 'number') bytesLeft = body;
    else out.push(latin1(body));
  };
  return {
    room: () => 65_536,
    take: (bytes) => {
      if (answered) return;
      head += Buffer.from(bytes).toString('latin1');
      if (head.includes('\r\n\r\n') || head.includes('\n\n'))
        respond(answerTo(head), !head.startsWith('HEAD '));
      else if (head.length > MAX_HEAD) respond(text('431 Request Header Fields Too Large'), true);
    },
    end: () => {
      ended = true;
    },
    pull: (max) => {
      const chunk = out.pull(max);
      if (chunk || bytesLeft === 0) return chunk;
      const part = pattern(Math.min(max, bytesLeft));
      bytesLeft -= part.length;
      return part;
    },
    get done() {
      return (answered || ended) && out.length() === 0 && bytesLeft === 0;
    },
  };
}

function answerTo(head: string): Answer {
  const [method, target = ''] = head.split(/[ \r\n]/, 2);
  if (method !== 'GET' && method !== 'HEAD') return text('405 Method Not Allowed');
  // A request to a proxy has the whole URL in it.
  const path = target.replace(/^http:\/\/[^/]*/, '').replace(/\?.*$/, '') || '/';
  if (path === '/generate_204') return { status: '204 No Content', type: '', body: 0 };
  if (path === '/' || path === '/index.html') return { status: '200 OK', type: 'text/html', body: PAGE };
  const count = Number(/^\/bytes\/(\d{1,13})$/.exec(path)?.[1] ?? NaN);
  if (count <= MAX_BYTES) return { status: '200 OK', type: 'application/octet-stream', body: count };
  return text('404 Not Found');
}

function text(status: string): Answer {
  return { status, type: 'text/plain', body: `${status}\n` };
}

function latin1(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value, 'latin1'));
}
