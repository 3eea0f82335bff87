import {
  bearerOf,
  contextOf,
  isAttached,
  type Bearer,
  type EndCause,
  type ModemState,
  type PdpContext,
} from './state.ts';
import { indicate, patch, type ConnectOptions, type Input, type Turn } from './turn.ts';

export function defineContext(turn: Turn, context: PdpContext): void {
  const others = turn.state.contexts.filter(({ cid }) => cid !== context.cid);
  patch(turn, { contexts: [...others, context].sort((a, b) => a.cid - b.cid) });
}

export function undefineContext(turn: Turn, cid: number): void {
  if (bearerOf(turn.state, cid)) return;
  patch(turn, { contexts: turn.state.contexts.filter((context) => context.cid !== cid) });
}

export function activateContext(turn: Turn, cid: number, { waits = false, shown }: ConnectOptions): void {
  if (turn.state.power.phase !== 'on' || bearerOf(turn.state, cid)) return;
  const cause = obstacle(turn.state, cid, waits);
  if (cause) {
    patch(turn, { lastEnd: { cid, cause } });
    indicate(turn, { kind: 'bearerDown', cid, by: 'network' });
    return;
  }
  const attempt = turn.state.activations + 1;
  patch(turn, { activations: attempt });
  put(turn, { cid, phase: 'waiting', attempt, shown, address: undefined, address6: undefined });
}

function obstacle(state: ModemState, cid: number, waits: boolean): EndCause | undefined {
  if (!contextOf(state, cid)) return 'no-context';
  return isAttached(state) || waits ? undefined : 'no-service';
}

/** What waited is set up as soon as the modem is attached; what was up ends when it no longer is. */
export function settleBearers(turn: Turn): void {
  const attached = isAttached(turn.state);
  for (const bearer of turn.state.bearers) {
    if (turn.state.power.phase !== 'on') end(turn, bearer, 'no-service', 'network');
    else if (bearer.phase === 'waiting') {
      if (attached) request(turn, bearer);
    } else if (!attached) end(turn, bearer, 'no-service', 'network');
  }
}

function request(turn: Turn, bearer: Bearer): void {
  const context = contextOf(turn.state, bearer.cid);
  if (!context) return;
  const { cid, attempt } = bearer;
  put(turn, { ...bearer, phase: 'activating' });
  const { apn, type, credentials } = context;
  turn.effects.push({
    kind: 'activate',
    cid,
    attempt,
    request: { apn, type, credentials: bearer.shown ?? credentials },
  });
}

export function deactivateContext(turn: Turn, cid: number): void {
  const bearer = bearerOf(turn.state, cid);
  if (bearer) end(turn, bearer, 'requested', 'user');
}

export function sessionGranted(turn: Turn, granted: Extract<Input, { kind: 'sessionGranted' }>): void {
  const { cid, attempt, address, address6 } = granted;
  const bearer = bearerOf(turn.state, cid);
  if (bearer?.phase !== 'activating' || bearer.attempt !== attempt) return;
  put(turn, { ...bearer, phase: 'active', address, address6 });
  indicate(turn, { kind: 'bearerUp', cid });
}

/** The network refused the session, or ended it. */
export function sessionLost(turn: Turn, cid: number, attempt: number, cause: number): void {
  const bearer = bearerOf(turn.state, cid);
  if (bearer?.attempt === attempt && bearer.phase !== 'waiting') end(turn, bearer, cause, 'network');
}

function end(turn: Turn, bearer: Bearer, cause: EndCause, by: 'network' | 'user'): void {
  const { cid, attempt } = bearer;
  patch(turn, {
    bearers: turn.state.bearers.filter((other) => other.cid !== cid),
    lastEnd: { cid, cause },
  });
  if (bearer.phase !== 'waiting') turn.effects.push({ kind: 'deactivate', cid, attempt });
  indicate(turn, { kind: 'bearerDown', cid, by });
}

function put(turn: Turn, bearer: Bearer): void {
  const others = turn.state.bearers.filter(({ cid }) => cid !== bearer.cid);
  patch(turn, { bearers: [...others, bearer].sort((a, b) => a.cid - b.cid) });
}
