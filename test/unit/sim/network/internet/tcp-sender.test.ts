import { expect, it } from '@jest/globals';

import { createVirtualClock } from '../../../../../harness/core/virtual-clock.ts';
import { TcpSender } from '../../../../../harness/sim/network/internet/tcp-sender.ts';

it('waits no longer than its retransmission timeout, once an acknowledgement has ended a backoff', async () => {
  const clock = createVirtualClock();
  await clock.drive('backoff', async () => {
    const sentAt: number[] = [];
    const sender = new TcpSender({
      clock,
      initialSequence: 0,
      transmit: () => sentAt.push(clock.now()),
      downlink: { entered: () => 0, left: () => 0 },
      onGaveUp: () => undefined,
    });
    sender.send(0, new Uint8Array(100));
    await clock.sleep(7_500);
    // RFC 6298 section 5.5: the timeout doubles each time; the next one would be after 15 s.
    expect(sentAt).toEqual([0, 1_000, 3_000, 7_000]);
    sender.acknowledge(100, 65_535, true);
    sender.send(0, new Uint8Array(100));
    await clock.sleep(1_500);
    expect(sentAt).toEqual([0, 1_000, 3_000, 7_000, 7_500, 8_500]);
    sender.close();
  });
});
