import type { Ctx } from '../../core/ctx.ts';
import { HarnessError } from '../../core/errors.ts';
import { unexpectedOutput } from './errors.ts';
import { isObject, type JsonObject } from './json.ts';
import { quoteWords } from './quote.ts';
import type { Shell } from './upload.ts';

/** enum ubus_msg_status. Source: ubus ubusmsg.h; the program ends with it, or with its negative (253: -3). */
const statuses = [
  'ok',
  'invalid-command',
  'invalid-argument',
  'method-not-found',
  'not-found',
  'no-data',
  'permission-denied',
  'timeout',
  'not-supported',
  'unknown-error',
  'connection-failed',
  'no-memory',
  'parse-error',
  'system-error',
] as const;

export type UbusStatus = (typeof statuses)[number];

/**
 * `ubus call OBJECT METHOD {…}`; an answer without content is an empty object.
 * @throws HarnessError `openwrt.ubus-failed` that names object, method and status (`data.status`, a UbusStatus);
 * `openwrt.unexpected-output` where the answer is no object
 */
export async function callUbus(
  ctx: Ctx,
  shell: Shell,
  object: string,
  method: string,
  message: JsonObject = {},
): Promise<JsonObject> {
  const given = Object.keys(message).length === 0 ? [] : [JSON.stringify(message)];
  const result = await shell(ctx, quoteWords(['ubus', 'call', object, method, ...given]));
  const { exitCode, stdout, stderr } = result;
  if (exitCode !== 0) {
    const status = statuses[exitCode > 128 ? 256 - exitCode : exitCode];
    throw failed(object, method, status, exitCode, (stderr || stdout).trim());
  }
  if (stdout.trim() === '') return {};
  const answer = parsed(stdout);
  if (!isObject(answer)) throw unexpectedOutput(`ubus call ${object} ${method}`, stdout, 'a JSON object');
  return answer;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Is it the answer that there is no such object? */
export const isNoObject = (error: unknown): boolean =>
  error instanceof HarnessError &&
  error.code === 'openwrt.ubus-failed' &&
  (error.data as { readonly status?: UbusStatus }).status === 'not-found';

const failed = (
  object: string,
  method: string,
  status: UbusStatus | undefined,
  exitCode: number,
  said: string,
): HarnessError =>
  new HarnessError(
    `ubus call ${object} ${method}: ${status ?? `exit code ${exitCode}`}${said === '' ? '' : ` (${said})`}`,
    {
      code: 'openwrt.ubus-failed',
      blame: 'dut',
      effect: status === 'timeout' ? 'unknown' : 'none',
      hint: HINTS[status ?? 'unknown-error'] ?? `see what there is: ubus -v list ${object}`,
      data: { object, method, status, exitCode },
    },
  );

const HINTS: Readonly<Partial<Record<UbusStatus, string>>> = {
  'connection-failed': 'ubusd does not answer: does procd run?',
  timeout: 'the daemon behind this object hangs: see logread, and restart its service',
  'not-found': 'see which objects there are: ubus list',
};
