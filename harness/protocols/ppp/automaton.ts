/** Where the negotiation of a control protocol stands (RFC 1661 section 4.2). */
export type Phase =
  | 'initial'
  | 'starting'
  | 'closed'
  | 'stopped'
  | 'closing'
  | 'stopping'
  | 'request-sent'
  | 'ack-received'
  | 'ack-sent'
  | 'opened';

/** What can happen (section 4.3). `timeout` is TO+ or TO-, as the restart counter says. */
export type AutomatonEvent =
  | 'up'
  | 'down'
  | 'open'
  | 'close'
  | 'timeout'
  /** Configure-Request, acceptable or not. */
  | 'rcr+'
  | 'rcr-'
  | 'rca'
  /** Configure-Nak or Configure-Reject. */
  | 'rcn'
  | 'rtr'
  | 'rta'
  /** A code that is not known. */
  | 'ruc'
  /** Code-Reject or Protocol-Reject that is permitted, or catastrophic. */
  | 'rxj+'
  | 'rxj-'
  /** Echo-Request, Echo-Reply, Discard-Request. */
  | 'rxr';

/** What is to be done, in order (section 4.4). */
export type AutomatonAction =
  | 'this-layer-up'
  | 'this-layer-down'
  | 'this-layer-started'
  | 'this-layer-finished'
  | 'send-configure-request'
  | 'send-configure-ack'
  | 'send-configure-nak'
  | 'send-terminate-request'
  | 'send-terminate-ack'
  | 'send-code-reject'
  | 'send-echo-reply'
  /** The restart timer starts anew. */
  | 'start-timer'
  | 'stop-timer';

export interface Automaton {
  readonly phase: Phase;
  /** The restart counter: requests that may still be sent without an answer. */
  readonly restarts: number;
}

export interface Step {
  readonly automaton: Automaton;
  readonly actions: readonly AutomatonAction[];
}

/** RFC 1661 section 4.6: 3 s, 10 Configure-Requests, 2 Terminate-Requests. */
export const automatonLimits = { restartMs: 3_000, maxConfigure: 10, maxTerminate: 2 } as const;

export const initialAutomaton: Automaton = { phase: 'initial', restarts: 0 };

const PHASES: readonly Phase[] = [
  'initial',
  'starting',
  'closed',
  'stopped',
  'closing',
  'stopping',
  'request-sent',
  'ack-received',
  'ack-sent',
  'opened',
];

/**
 * The transition table of section 4.1: a column for each phase, `actions/next`, with the actions' abbreviations.
 * `-`: the event can't happen there and changes nothing.
 */
const TABLE: Readonly<Record<Exclude<AutomatonEvent, 'timeout'> | 'to+' | 'to-', string>> = {
  up: '2 irc,scr/6 - - - - - - - -',
  down: '- - 0 tls/1 0 1 1 1 1 tld/1',
  open: 'tls/1 1 irc,scr/6 3 5 5 6 7 8 9',
  close: '0 tlf/0 2 2 4 4 itc,str/4 itc,str/4 itc,str/4 tld,itc,str/4',
  'to+': '- - - - str/4 str/5 scr/6 scr/6 scr/8 -',
  'to-': '- - - - tlf/2 tlf/3 tlf/3 tlf/3 tlf/3 -',
  'rcr+': '- - sta/2 irc,scr,sca/8 4 5 sca/8 sca,tlu/9 sca/8 tld,scr,sca/8',
  'rcr-': '- - sta/2 irc,scr,scn/6 4 5 scn/6 scn/7 scn/6 tld,scr,scn/6',
  rca: '- - sta/2 sta/3 4 5 irc/7 scr/6 irc,tlu/9 tld,scr/6',
  rcn: '- - sta/2 sta/3 4 5 irc,scr/6 scr/6 irc,scr/8 tld,scr/6',
  rtr: '- - sta/2 sta/3 sta/4 sta/5 sta/6 sta/6 sta/6 tld,zrc,sta/5',
  rta: '- - 2 3 tlf/2 tlf/3 6 6 8 tld,scr/6',
  ruc: '- - scj/2 scj/3 scj/4 scj/5 scj/6 scj/7 scj/8 scj/9',
  'rxj+': '- - 2 3 4 5 6 6 8 9',
  'rxj-': '- - tlf/2 tlf/3 tlf/2 tlf/3 tlf/3 tlf/3 tlf/3 tld,itc,str/5',
  rxr: '- - 2 3 4 5 6 7 8 ser/9',
};

const ACTIONS: Readonly<Record<string, AutomatonAction>> = {
  tlu: 'this-layer-up',
  tld: 'this-layer-down',
  tls: 'this-layer-started',
  tlf: 'this-layer-finished',
  scr: 'send-configure-request',
  sca: 'send-configure-ack',
  scn: 'send-configure-nak',
  str: 'send-terminate-request',
  sta: 'send-terminate-ack',
  scj: 'send-code-reject',
  ser: 'send-echo-reply',
};

interface Cell {
  readonly next: Phase;
  readonly abbreviations: readonly string[];
}

const CELLS: ReadonlyMap<string, Cell> = new Map(
  Object.entries(TABLE).flatMap(([event, row]) =>
    row
      .split(' ')
      .flatMap((cell, column) => (cell === '-' ? [] : [[`${PHASES[column]} ${event}`, parseCell(cell)]])),
  ) as [string, Cell][],
);

function parseCell(cell: string): Cell {
  const [actions, next] = cell.includes('/') ? cell.split('/') : ['', cell];
  return {
    next: PHASES[Number(next)] as Phase,
    abbreviations: (actions as string).split(',').filter((word) => word !== ''),
  };
}

/** The option negotiation automaton of RFC 1661 section 4, for LCP and every network control protocol. */
export function reduceAutomaton(automaton: Automaton, event: AutomatonEvent): Step {
  const key = event === 'timeout' ? (automaton.restarts > 0 ? 'to+' : 'to-') : event;
  const cell = CELLS.get(`${automaton.phase} ${key}`);
  if (!cell) return { automaton, actions: [] };
  let { restarts } = automaton;
  const actions: AutomatonAction[] = isTimed(automaton.phase) && !isTimed(cell.next) ? ['stop-timer'] : [];
  for (const word of cell.abbreviations) {
    if (word === 'irc') restarts = automatonLimits.maxConfigure;
    else if (word === 'itc') restarts = automatonLimits.maxTerminate;
    else if (word === 'zrc') restarts = 0;
    else actions.push(ACTIONS[word] as AutomatonAction);
    if (word === 'scr' || word === 'str') restarts--;
    if (word === 'scr' || word === 'str' || word === 'zrc') actions.push('start-timer');
  }
  return { automaton: { phase: cell.next, restarts }, actions };
}

/** The phases in which the restart timer runs. */
function isTimed(phase: Phase): boolean {
  return PHASES.indexOf(phase) >= 4 && phase !== 'opened';
}
