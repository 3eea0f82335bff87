import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  initialAutomaton,
  reduceAutomaton,
  type Automaton,
  type AutomatonEvent,
  type Phase,
} from '../../../../harness/protocols/ppp/automaton.ts';

const events: readonly AutomatonEvent[] = [
  'up',
  'down',
  'open',
  'close',
  'timeout',
  'rcr+',
  'rcr-',
  'rca',
  'rcn',
  'rtr',
  'rta',
  'ruc',
  'rxj+',
  'rxj-',
  'rxr',
];

function run(...sequence: AutomatonEvent[]): { automaton: Automaton; actions: string[] } {
  const actions: string[] = [];
  let automaton = initialAutomaton;
  for (const event of sequence) {
    const step = reduceAutomaton(automaton, event);
    automaton = step.automaton;
    actions.push(...step.actions);
  }
  return { automaton, actions };
}

describe('the option negotiation automaton', () => {
  it('opens when both requests are acknowledged, in either order', () => {
    const ours = run('open', 'up', 'rca', 'rcr+');
    const theirs = run('open', 'up', 'rcr+', 'rca');
    expect(ours.automaton.phase).toBe('opened');
    expect(theirs.automaton.phase).toBe('opened');
    expect(ours.actions.at(-1)).toBe('this-layer-up');
    expect(theirs.actions.at(-1)).toBe('this-layer-up');
  });

  it('sends ten Configure-Requests and gives up', () => {
    const { automaton, actions } = run('open', 'up', ...Array<AutomatonEvent>(10).fill('timeout'));
    expect(actions.filter((action) => action === 'send-configure-request')).toHaveLength(10);
    expect(actions.at(-1)).toBe('this-layer-finished');
    expect(automaton.phase).toBe('stopped');
  });

  it('sends two Terminate-Requests and gives up', () => {
    const { automaton, actions } = run('open', 'up', 'rca', 'rcr+', 'close', 'timeout', 'timeout');
    expect(actions.filter((action) => action === 'send-terminate-request')).toHaveLength(2);
    expect(actions.slice(-1)).toEqual(['this-layer-finished']);
    expect(automaton.phase).toBe('closed');
  });

  it('answers a Terminate-Request, waits once, and is finished', () => {
    const { automaton, actions } = run('open', 'up', 'rca', 'rcr+', 'rtr', 'timeout');
    expect(actions.slice(-5)).toEqual([
      'this-layer-down',
      'start-timer',
      'send-terminate-ack',
      'stop-timer',
      'this-layer-finished',
    ]);
    expect(automaton.phase).toBe('stopped');
  });

  it('negotiates anew when a Configure-Request comes while open', () => {
    const { automaton, actions } = run('open', 'up', 'rca', 'rcr+', 'rcr+');
    expect(actions.slice(-4)).toEqual([
      'this-layer-down',
      'send-configure-request',
      'start-timer',
      'send-configure-ack',
    ]);
    expect(automaton.phase).toBe('ack-sent');
  });

  it('answers echoes only while open', () => {
    expect(run('open', 'up', 'rxr').actions).not.toContain('send-echo-reply');
    expect(run('open', 'up', 'rca', 'rcr+', 'rxr').actions).toContain('send-echo-reply');
  });

  it('keeps its promises in any order of events', () => {
    const waiting: readonly Phase[] = ['closing', 'stopping', 'request-sent', 'ack-received', 'ack-sent'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 60 }), (sequence) => {
        let automaton = initialAutomaton;
        let up = false;
        let timer = false;
        for (const event of sequence) {
          if (event === 'timeout' && !timer) continue; // no timer, no timeout
          const step = reduceAutomaton(automaton, event);
          automaton = step.automaton;
          for (const action of step.actions) {
            // The layer above hears of up and down in turns.
            if (action === 'this-layer-up') expect((up = !up)).toBe(true);
            if (action === 'this-layer-down') expect((up = !up)).toBe(false);
            if (action === 'start-timer') timer = true;
            if (action === 'stop-timer') timer = false;
          }
          expect(up).toBe(automaton.phase === 'opened');
          // Whoever waits for an answer has a timer: nobody waits for ever.
          expect(timer).toBe(waiting.includes(automaton.phase));
          expect(automaton.restarts).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
