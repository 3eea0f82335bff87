import { describe, expect, it } from '@jest/globals';

import { createVirtualClock } from '../../../../../harness/core/virtual-clock.ts';
import { threeGChat } from '../../../../../harness/sim/router/ppp/chat-scripts.ts';
import { createChat, type Chat, type ChatScript } from '../../../../../harness/sim/router/ppp/chat.ts';
import { readVectors } from '../../../protocols/ppp/vectors.ts';

interface ChatCase {
  readonly title: string;
  readonly replies: readonly string[];
  readonly timeouts: readonly [number, number];
  readonly status: number;
  readonly log: readonly string[];
}

const { cases } = readVectors<{ cases: ChatCase[] }>('chat-2.4.9.json');

interface Outcome {
  readonly status: number;
  readonly log: string[];
  readonly rest: string;
  readonly tookMs: number;
}

function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Runs chat against a modem that echoes each command and sends the next reply; a signal after `killAfterMs`. */
async function dial(script: ChatScript, replies: readonly string[], killAfterMs?: number): Promise<Outcome> {
  const clock = createVirtualClock();
  const log: string[] = [];
  const left = [...replies];
  let rest = '';
  const status = await clock.drive(
    'chat',
    () =>
      new Promise<number>((resolve) => {
        const chat: Chat = createChat({
          clock,
          script,
          log: (line) => log.push(line),
          onDone: resolve,
          write: (bytes) => {
            const reply = left.shift();
            if (reply === undefined) return;
            const text = String.fromCharCode(...bytes) + reply;
            queueMicrotask(() => (rest += String.fromCharCode(...chat.receive(octets(text)))));
          },
        });
        if (killAfterMs !== undefined) clock.after(killAfterMs, () => chat.terminate());
        chat.start();
      }),
  );
  return { status, log, rest, tookMs: clock.now() };
}

describe('chat', () => {
  it.each(cases)(
    'logs and ends like the real one: $title',
    async ({ title, replies, timeouts, status, log }) => {
      const script = threeGChat({ apn: 'internet' }).map((step) =>
        step.kind === 'timeout' ? { ...step, seconds: timeouts[step.seconds === 10 ? 0 : 1] } : step,
      );
      const outcome = await dial(script, replies, title.startsWith('killed') ? 1_000 : undefined);
      expect(outcome.log).toEqual(log);
      expect(outcome.status).toBe(status);
    },
  );

  it('waits 10 s for an early answer and 30 s for a late one', async () => {
    const ok = '\r\nOK\r\n';
    expect(await dial(threeGChat({ apn: 'internet' }), [])).toMatchObject({ status: 3, tookMs: 10_000 });
    expect(await dial(threeGChat({ apn: 'internet' }), [ok, ok])).toMatchObject({
      status: 3,
      tookMs: 30_000,
    });
  });

  it('leaves what follows CONNECT to pppd', async () => {
    const ok = '\r\nOK\r\n';
    const { rest } = await dial(threeGChat({ apn: 'a' }), [ok, ok, ok, '\r\nCONNECT 150000000\r\n~\xff}#']);
    expect(rest).toBe(' 150000000\r\n~\xff}#');
  });
});
