import { describe, expect, it } from '@jest/globals';

import { createRng } from '../../../../harness/core/chance.ts';
import type { Ctx } from '../../../../harness/core/ctx.ts';
import {
  startTftpTransfer,
  type TftpTransfer,
} from '../../../../harness/drivers/bootloader/tftp-transfer.ts';
import type { TftpPacket } from '../../../../harness/protocols/tftp/packet.ts';
import { testCtx } from '../../../support/ctx.ts';

interface Loaded {
  /** Undefined: it was whole. */
  readonly end: string | undefined;
  readonly bytes: Buffer;
  readonly sent: readonly TftpPacket[];
}

interface Way {
  readonly wishes?: Readonly<Record<string, string>>;
  /** Of 1, each way. */
  readonly loss?: number;
  readonly seed?: string;
  /** The boot loader says nothing any more once it has this many blocks. */
  readonly deafAfter?: number;
}

/** A boot loader that takes blocks in order, acknowledges as RFC 7440 has it, and asks again when nothing comes. */
function load(ctx: Ctx, file: Uint8Array, way: Way = {}): Promise<Loaded> {
  const { wishes = {}, loss = 0, seed = 'tftp', deafAfter = Infinity } = way;
  const rng = createRng(seed);
  const sent: TftpPacket[] = [];
  const parts: Uint8Array[] = [];
  const blockOctets = Number(wishes['blksize'] ?? 512);
  let window = 1;
  let inWindow = 0;
  return new Promise((resolve) => {
    let transfer: TftpTransfer | undefined;
    let cancel = (): void => undefined;
    const acknowledge = (): void => {
      inWindow = 0;
      cancel();
      cancel = ctx.clock.after(2_500, acknowledge);
      if (parts.length >= deafAfter) return cancel();
      if (rng.next() < loss) return;
      const packet = { kind: 'acknowledgement', block: parts.length & 0xffff } as const;
      ctx.clock.after(1, () => transfer?.receive(packet));
    };
    const arrive = (packet: TftpPacket): void => {
      if (packet.kind === 'optionAcknowledgement') {
        window = Number(packet.options.get('windowsize') ?? 1);
        acknowledge();
      } else if (packet.kind === 'data') {
        if (packet.block !== ((parts.length + 1) & 0xffff)) return acknowledge();
        parts.push(packet.bytes);
        if (++inWindow >= window || packet.bytes.length < blockOctets) acknowledge();
      }
      return undefined;
    };
    transfer = startTftpTransfer({
      clock: ctx.clock,
      file,
      wishes: new Map(Object.entries(wishes)),
      send: (packet) => {
        sent.push(packet);
        if (rng.next() >= loss) ctx.clock.after(1, () => arrive(packet));
      },
      ended: (end) => {
        cancel();
        resolve({ end, bytes: Buffer.concat(parts), sent });
      },
    });
  });
}

const bytesOf = (length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff));

describe('a TFTP transfer', () => {
  it.each([0, 1, 511, 512, 513, 10_240])('carries a file of %i octets, and tells its end', async (length) => {
    const { drive } = testCtx();
    const { end, bytes, sent } = await drive((ctx) => load(ctx, bytesOf(length)));
    expect(end).toBeUndefined();
    expect(bytes.equals(bytesOf(length))).toBe(true);
    expect(sent).toHaveLength(Math.floor(length / 512) + 1);
  });

  it('agrees to what it knows, within bounds, and is silent about the rest', async () => {
    const { drive } = testCtx();
    const wishes = { blksize: '1468', tsize: '0', timeout: '5', windowsize: '4096', multicast: '' };
    const { end, sent } = await drive((ctx) => load(ctx, bytesOf(300_000), { wishes }));
    const agreed = new Map([
      ['blksize', '1468'],
      ['windowsize', '64'],
      ['timeout', '5'],
      ['tsize', '300000'],
    ]);
    expect(sent[0]).toEqual({ kind: 'optionAcknowledgement', options: agreed });
    expect(end).toBeUndefined();
    const { sent: plain } = await drive((ctx) => load(ctx, bytesOf(10), { wishes: { blksize: '4' } }));
    expect(plain[0]).toMatchObject({ kind: 'data', block: 1 });
  });

  it('counts blocks on from 65,535 with 0', async () => {
    const { drive } = testCtx();
    const file = bytesOf(66_000 * 8 + 3);
    const wishes = { blksize: '8', windowsize: '64' };
    const { end, bytes } = await drive((ctx) => load(ctx, file, { wishes }));
    expect(end).toBeUndefined();
    expect(bytes.equals(file)).toBe(true);
  });

  it('arrives whole over a bad line, with a window and without one, whatever is lost', async () => {
    const { drive } = testCtx();
    for (let seed = 0; seed < 50; seed++) {
      const wishes = seed % 2 === 0 ? {} : { windowsize: String(2 + (seed % 9)) };
      const file = bytesOf(seed * 211);
      const { end, bytes } = await drive((ctx) => load(ctx, file, { wishes, loss: 0.2, seed: `${seed}` }));
      // The last acknowledgement may be among the lost: then the boot loader has it all, and the server can't know.
      expect(end === undefined || bytes.length === file.length).toBe(true);
      expect(bytes.equals(file)).toBe(true);
    }
  });

  it('does not double its blocks when an acknowledgement comes twice', async () => {
    const { drive } = testCtx();
    await drive(async (ctx) => {
      const sent: TftpPacket[] = [];
      const transfer = startTftpTransfer({
        clock: ctx.clock,
        file: bytesOf(2_000),
        wishes: new Map(),
        send: (packet) => sent.push(packet),
        ended: () => undefined,
      });
      for (const block of [1, 1, 0, 40_000]) transfer.receive({ kind: 'acknowledgement', block });
      expect(sent.map((packet) => packet.kind === 'data' && packet.block)).toEqual([1, 2]);
      transfer.close();
      await ctx.clock.sleep(60_000, ctx.signal);
      expect(sent).toHaveLength(2);
    });
  });

  it('gives up on a boot loader that is silent, and says how far it had come', async () => {
    const { drive } = testCtx();
    const { end, sent } = await drive((ctx) => load(ctx, bytesOf(5_000), { deafAfter: 3 }));
    expect(end).toBe('its boot loader fell silent after 2 of 10 blocks');
    expect(sent).toHaveLength(2 + 10);
  });

  it('ends where the boot loader gives up', async () => {
    const { drive } = testCtx();
    await drive(async (ctx) => {
      const ends: (string | undefined)[] = [];
      const transfer = startTftpTransfer({
        clock: ctx.clock,
        file: bytesOf(5_000),
        wishes: new Map(),
        send: () => undefined,
        ended: (end) => ends.push(end),
      });
      transfer.receive({ kind: 'error', code: 3, message: 'Disk full' });
      await ctx.clock.sleep(60_000, ctx.signal);
      expect(ends).toEqual(['its boot loader gave up: Disk full']);
    });
  });
});
