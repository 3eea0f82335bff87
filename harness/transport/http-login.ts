import { createHash } from 'node:crypto';

export interface HttpLogin {
  readonly user: string;
  readonly password: string;
}

/** What is asked for, as Digest hashes it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly uri: string;
  /** Words of ours that nobody can foresee. */
  readonly cnonce: string;
}

/**
 * The header that answers a challenge: Digest (RFC 7616) where it is offered in a form that we know, which never tells the
 * password, else Basic (RFC 7617).
 * @param challenge WWW-Authenticate, of several ones with commas between them
 */
export function authorizationFor(challenge: string, login: HttpLogin, request: HttpRequest): string {
  const offers = challenge.split(/(?:^|,\s*)Digest\s+/i).slice(1);
  const answers = offers.flatMap((offer) => digest(parametersOf(offer), login, request) ?? []);
  return answers[0] ?? `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
}

type Parameters = ReadonlyMap<string, string>;

const algorithms: Readonly<Record<string, string>> = { 'sha-256': 'sha256', md5: 'md5' };

function digest(offer: Parameters, { user, password }: HttpLogin, request: HttpRequest): string | undefined {
  const { method, uri, cnonce } = request;
  const algorithm = offer.get('algorithm') ?? 'MD5';
  const name = algorithms[algorithm.toLowerCase()];
  const [realm = '', nonce] = [offer.get('realm'), offer.get('nonce')];
  if (name === undefined || nonce === undefined) return undefined;
  const hash = (...parts: readonly string[]): string =>
    createHash(name).update(parts.join(':')).digest('hex');
  const [secret, what] = [hash(user, realm, password), hash(method, uri)];
  // RFC 2069's form has no qop, and nothing of ours in it.
  const protects = offer.get('qop') !== undefined;
  const response = protects ? hash(secret, nonce, FIRST, cnonce, 'auth', what) : hash(secret, nonce, what);
  const opaque = offer.get('opaque');
  const quoted = { username: user, realm, nonce, uri, response, ...(opaque === undefined ? {} : { opaque }) };
  return [
    `Digest ${Object.entries(quoted)
      .map(([key, value]) => `${key}=${quote(value)}`)
      .join(', ')}`,
    `algorithm=${algorithm}`,
    ...(protects ? ['qop=auth', `nc=${FIRST}`, `cnonce=${quote(cnonce)}`] : []),
  ].join(', ');
}

/** Each challenge is answered once. */
const FIRST = '00000001';

const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** Of `realm="x", nonce="y", algorithm=SHA-256` the first of each name. */
function parametersOf(text: string): Parameters {
  const found = new Map<string, string>();
  for (const [, name = '', quoted, plain] of text.matchAll(
    /(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g,
  )) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '');
  }
  return found;
}
