import type { Ctx } from '../core/ctx.ts';
import { HarnessError, messageOf } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';

export interface HttpLogin {
  readonly user: string;
  readonly password: string;
}

/**
 * The body that a GET of this address gives, as text. The login goes into a header, never into the address, which
 * errors show.
 * @throws HarnessError `http.unreachable`, `http.refused` with the status
 */
export async function httpGet(ctx: Ctx, url: URL, limit: Ms, login?: HttpLogin): Promise<string> {
  return ctx.within(limit, `${url.host} answers`, async ({ signal }) => {
    const response = await fetch(url, {
      signal,
      redirect: 'error',
      headers: login ? basic(login) : {},
    }).catch((error: unknown) => {
      throw signal.aborted ? (signal.reason as Error) : unreachable(url, error);
    });
    const body = await response.text();
    if (!response.ok) throw refused(url, response.status, body);
    return body;
  });
}

/** RFC 7617. */
const basic = ({ user, password }: HttpLogin): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

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

const refused = (url: URL, status: number, body: string): HarnessError =>
  new HarnessError(`${url.host} answered ${url.pathname} with HTTP ${status}`, {
    code: 'http.refused',
    blame: 'rig',
    effect: 'none',
    hint: status === 401 ? 'it wants a user name and a password, or others than these' : undefined,
    data: { status, body: body.slice(0, 400) },
  });
