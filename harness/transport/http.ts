import { randomBytes } from 'node:crypto';

import type { Ctx } from '../core/ctx.ts';
import { HarnessError, messageOf } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';
import { authorizationFor, type HttpLogin } from './http-login.ts';

/**
 * The body that a GET of this address gives, as text. The login goes into a header, once the server asks for it, and never
 * into the address, which errors show.
 * @throws HarnessError `http.unreachable`, `http.refused` with the status
 */
export async function httpGet(ctx: Ctx, url: URL, limit: Ms, login?: HttpLogin): Promise<string> {
  return ctx.within(limit, `${url.host} answers`, async ({ signal }) => {
    const get = (authorization?: string): Promise<Response> =>
      fetch(url, {
        signal,
        redirect: 'error',
        // One that is kept for the next request may be closed by the device just then, and nobody could tell what became of that.
        headers: { connection: 'close', ...(authorization === undefined ? {} : { authorization }) },
      }).catch((error: unknown) => {
        throw signal.aborted ? (signal.reason as Error) : unreachable(url, error);
      });
    const first = await get();
    const response =
      first.status === UNAUTHORIZED && login ? await get(await answerTo(first, url, login)) : first;
    const body = await response.text();
    if (!response.ok) throw refused(url, response.status, body);
    return body;
  });
}

const UNAUTHORIZED = 401;

async function answerTo(response: Response, { pathname, search }: URL, login: HttpLogin): Promise<string> {
  await response.text();
  const cnonce = randomBytes(16).toString('hex');
  const request = { method: 'GET', uri: pathname + search, cnonce };
  return authorizationFor(response.headers.get('www-authenticate') ?? '', login, request);
}

function unreachable(url: URL, error: unknown): HarnessError {
  // fetch says "fetch failed" and hides why one level down.
  const cause = (error as { cause?: unknown }).cause ?? error;
  return new HarnessError(`${url.host} can't be reached: ${messageOf(cause)}`, {
    code: 'http.unreachable',
    blame: 'rig',
    effect: 'unknown',
    hint: `is it on, and in this network? try: curl http://${url.host}/`,
    cause,
  });
}

const HINTS: Readonly<Record<number, string>> = {
  [UNAUTHORIZED]: 'it wants a user name and a password, or others than these',
  404: 'it has no such page: does the rig file name the right kind of device, and the right generation?',
};

const refused = (url: URL, status: number, body: string): HarnessError => {
  const said = body.trim().slice(0, 200);
  return new HarnessError(
    `${url.host} answered ${url.pathname} with HTTP ${status}${/^[^<\n]+$/.test(said) ? `: ${said}` : ''}`,
    {
      code: 'http.refused',
      blame: 'rig',
      effect: 'none',
      hint: HINTS[status],
      data: { status, body: body.slice(0, 400) },
    },
  );
};
