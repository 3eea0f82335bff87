import type { Ctx } from '../../core/ctx.ts';
import { minutes, type Ms } from '../../core/units.ts';
import type { PowerState, PowerSwitch } from '../../rig/power.ts';
import { httpGet } from '../../transport/http.ts';
import type { HttpLogin } from '../../transport/http-login.ts';
import { createPowerSwitch, loginRefused, REQUEST_LIMIT, stateInWords, strangeAnswer } from './switch.ts';

/** How a make of switch is told and asked over HTTP: paths below its address, and what its answer says. */
interface Dialect {
  readonly turn: (on: boolean) => string;
  /** Left out: it can't be asked. */
  readonly ask?: string;
  readonly read?: (answer: unknown) => unknown;
  /** How it takes a login; by HTTP's own means unless it says otherwise. */
  readonly login?: (path: string, login: HttpLogin) => string;
  /** What it answers, as if all were well, to one that has not logged in. */
  readonly stranger?: RegExp;
  /** How long it may take to answer. */
  readonly limit?: Ms;
}

/** @param output relay of a device with several, from 1. Source: Tasmota's Commands, `Power<x>`, and its `cm` page. */
const tasmota = (output: number): Dialect => ({
  turn: (on) => `cm?cmnd=${encodeURIComponent(`Power${output} ${on ? 'On' : 'Off'}`)}`,
  ask: `cm?cmnd=Power${output}`,
  // A device with one relay calls it POWER, whatever it was asked.
  read: (answer) => member(answer, `POWER${output}`) ?? member(answer, 'POWER'),
  login: (path, { user, password }) =>
    `${path}&user=${encodeURIComponent(user)}&password=${encodeURIComponent(password)}`,
  stranger: /"WARNING" *: *"Need user/, // up to 8.2.3 with status 200
});

/** Source: Shelly's Gen1 API, `/relay/<n>`; channels from 0. */
const shelly1 = (channel: number): Dialect => ({
  turn: (on) => `relay/${channel}?turn=${on ? 'on' : 'off'}`,
  ask: `relay/${channel}`,
  read: (answer) => member(answer, 'ison'),
});

/** Source: Shelly's Gen2 API, `Switch.Set`, `Switch.GetStatus`; channels from 0. */
const shelly2 = (channel: number): Dialect => ({
  turn: (on) => `rpc/Switch.Set?id=${channel}&on=${on}`,
  ask: `rpc/Switch.GetStatus?id=${channel}`,
  read: (answer) => member(answer, 'output'),
});

/**
 * It can't be asked. Since 2020 it answers once the PDU has done it, and tries five times with 5 s between.
 * Source: PDUDaemon's httplistener.py, pdurunner.py.
 */
const pdudaemon = (hostname: string, port: number): Dialect => ({
  turn: (on) =>
    `power/control/${on ? 'on' : 'off'}?hostname=${encodeURIComponent(hostname)}&port=${encodeURIComponent(port)}`,
  limit: minutes(1),
});

/** A switch at an address, with what its make needs. */
export type HttpOutlet = { readonly url: string; readonly login?: HttpLogin | undefined } & (
  | { readonly kind: 'tasmota'; readonly output: number }
  | { readonly kind: 'shelly'; readonly generation: 1 | 2; readonly channel: number }
  | { readonly kind: 'pdudaemon'; readonly hostname: string; readonly port: number }
);

function dialectOf(outlet: HttpOutlet): Dialect {
  if (outlet.kind === 'tasmota') return tasmota(outlet.output);
  if (outlet.kind === 'pdudaemon') return pdudaemon(outlet.hostname, outlet.port);
  return outlet.generation === 1 ? shelly1(outlet.channel) : shelly2(outlet.channel);
}

/** A switch that is told and asked over HTTP. */
export function httpSwitch(outlet: HttpOutlet, leastOffMs: Ms): PowerSwitch {
  const { url, login, kind } = outlet;
  const dialect = dialectOf(outlet);
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  const name = `${kind} at ${base.host}`;
  const get = async (ctx: Ctx, path: string): Promise<string> => {
    const full = login && dialect.login ? dialect.login(path, login) : path;
    const { limit = REQUEST_LIMIT, stranger } = dialect;
    const answer = await httpGet(ctx, new URL(full, base), limit, dialect.login ? undefined : login);
    if (stranger?.test(answer)) throw loginRefused(name);
    return answer;
  };
  return createPowerSwitch(name, leastOffMs, {
    turn: async (ctx, on) => {
      await get(ctx, dialect.turn(on));
    },
    ask: async (ctx): Promise<PowerState> => {
      if (dialect.ask === undefined || !dialect.read) return 'unknown';
      const answer = await get(ctx, dialect.ask);
      const state = stateOf(dialect.read(parse(answer)));
      if (state === undefined) throw strangeAnswer(name, answer);
      return state;
    },
  });
}

/** Tasmota's words are its user's choice (StateText). */
function stateOf(value: unknown): PowerState | undefined {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' ? stateInWords(value) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
