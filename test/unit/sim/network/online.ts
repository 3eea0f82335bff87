import { createRng } from '../../../../harness/core/chance.ts';
import type { Clock } from '../../../../harness/core/clock.ts';
import { Timeline } from '../../../../harness/core/timeline.ts';
import { createVirtualClock } from '../../../../harness/core/virtual-clock.ts';
import type { PathQuality } from '../../../../harness/sim/network/internet/path.ts';
import { createNetwork, type SimulatedNetwork } from '../../../../harness/sim/network/mobile-network.ts';
import type { PdpType, Session, SmCause } from '../../../../harness/sim/network/network.ts';
import { tMobileUs, type Operator } from '../../../../harness/sim/network/operators.ts';

export const clearPath: PathQuality = { minRttMs: 20, maxRttMs: 20, loss: 0, maxLossesInARow: 2 };

export interface Online {
  readonly clock: Clock;
  readonly network: SimulatedNetwork;
  readonly ask: (
    type: PdpType,
    credentials?: { user: string; password: string },
  ) => Promise<Session | { readonly refused: SmCause }>;
  readonly session: (type?: PdpType) => Promise<Session>;
}

/** A network with one access point, `internet`, set up as the test wants it. */
export function online(
  path: Partial<PathQuality> = {},
  accessPoint: NonNullable<Operator['accessPoints']>[string] = {},
): Online {
  const clock = createVirtualClock();
  const timeline = new Timeline({ clock, redact: (text) => text, write: () => undefined });
  const network = createNetwork({
    clock,
    rng: createRng('online'),
    timeline,
    subscription: { apns: ['internet'] },
    operator: { ...tMobileUs, accessPoints: { Internet: accessPoint } },
    path: { ...clearPath, ...path },
  });
  const ask: Online['ask'] = (type, credentials) =>
    new Promise((resolve) => {
      const given = credentials && { method: 'chap' as const, ...credentials };
      network.activate({ apn: 'internet', type, credentials: given }, resolve);
    });
  const session = async (type: PdpType = 'IPV4V6'): Promise<Session> => {
    const answer = await ask(type);
    if ('refused' in answer) throw new Error(`refused with cause ${answer.refused}`);
    return answer;
  };
  return { clock, network, ask, session };
}

/** Takes each packet as soon as it is there. */
export function onPackets(session: Session, take: (packet: Uint8Array) => void): void {
  session.onReadable(() => {
    for (let packet = session.receive(); packet; packet = session.receive()) take(packet);
  });
}
