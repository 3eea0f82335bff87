import type { Session } from '../../../../../harness/sim/network/network.ts';
import type { Bench, TestSession } from '../bench.ts';

/** A session of both families whose downlink is in the hand of the test. */
export interface DualSession extends TestSession {
  readonly sent: Uint8Array[];
  /** From the network, in this order. */
  deliver(...packets: readonly Uint8Array[]): void;
}

/** From now on the bench's network grants IPv4 and IPv6. */
export function grantBoth({ network, clock }: Pick<Bench, 'network' | 'clock'>): {
  readonly sessions: DualSession[];
} {
  const sessions: DualSession[] = [];
  network.activate = ({ apn }, done) => {
    network.asked.push(apn);
    const { refused } = network;
    clock.after(300, () => done(refused === undefined ? grant(sessions) : { refused }));
  };
  return { sessions };
}

function grant(sessions: DualSession[]): Session {
  const queue: Uint8Array[] = [];
  const listeners: ((cause: number) => void)[] = [];
  let onReadable: (() => void) | undefined;
  const session: DualSession = {
    type: 'IPV4V6',
    ipv4: { address: '10.64.12.34', gateway: '10.64.12.33', prefixLength: 30, dns: ['8.8.8.8', '8.8.4.4'] },
    ipv6: {
      address: '2001:db8:1:2::5',
      prefixLength: 64,
      gateway: 'fe80::1',
      dns: ['2001:4860:4860::8888', '2001:4860:4860::8844'],
    },
    mtu: 1_428,
    sent: [],
    released: 0,
    send: (packet) => void session.sent.push(packet),
    receive: () => queue.shift(),
    onReadable: (f) => {
      onReadable = f;
    },
    onReleased: (f) => void listeners.push(f),
    release: () => void session.released++,
    end: (cause) => listeners.forEach((f) => f(cause)),
    deliver: (...packets) => {
      queue.push(...packets);
      onReadable?.();
    },
  };
  sessions.push(session);
  return session;
}
