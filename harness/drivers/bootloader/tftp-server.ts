import type { Ctx } from '../../core/ctx.ts';
import { isHarnessError, messageOf } from '../../core/errors.ts';
import { decodeTftp, encodeTftp, tftpError, type TftpPacket } from '../../protocols/tftp/packet.ts';
import { listenDatagrams, type DatagramListener, type Peer } from '../../transport/datagrams.ts';
import { startTftpTransfer } from './tftp-transfer.ts';

/** A TFTP server that has one file, for whoever asks. */
export interface TftpServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface TftpServerOptions {
  /** The address of this machine that the boot loader reaches. */
  readonly host: string;
  /** 69 is the one that boot loaders ask at. */
  readonly port: number;
  readonly name: string;
  readonly file: Uint8Array;
}

/**
 * Serves one file over TFTP (RFC 1350, with blksize, tsize, timeout and windowsize) until it is closed. Each request and
 * how it ended goes onto the timeline. @throws HarnessError `socket.in-use`, `socket.cannot-listen`
 */
export async function serveTftp(ctx: Ctx, options: TftpServerOptions): Promise<TftpServer> {
  const { host, port, name } = options;
  const transfers = new Set<() => Promise<void>>();
  const starting = new Set<Promise<void>>();
  const listener: DatagramListener = await listenDatagrams(host, port, (bytes, from) => {
    const packet = tryDecode(bytes);
    if (!packet) return;
    const refusal = refuse(packet, name);
    if (refusal) {
      if (packet.kind === 'read' || packet.kind === 'write') {
        ctx.timeline.add('tftp', 'refused', { file: packet.file, from: from.address, why: refusal.message });
      }
      listener.send(encodeTftp(refusal), from);
    } else if (packet.kind === 'read') {
      const start = transfer(ctx, options, packet, from, transfers)
        .catch((error: unknown) => {
          const why = messageOf(error); // no port of its own: the boot loader asks again
          ctx.timeline.add('tftp', 'broken-off', { file: name, to: from.address, why });
        })
        .finally(() => starting.delete(start));
      starting.add(start);
    }
  });
  return {
    port: listener.port,
    close: async () => {
      await listener.close();
      await Promise.all(starting);
      await Promise.all([...transfers].map((end) => end()));
    },
  };
}

type Refusal = Extract<TftpPacket, { kind: 'error' }>;

function refuse(packet: TftpPacket, name: string): Refusal | undefined {
  const error = (code: number, message: string): Refusal => ({ kind: 'error', code, message });
  if (packet.kind === 'write') return error(tftpError.accessViolation, 'nothing is taken here');
  if (packet.kind !== 'read') return error(tftpError.illegalOperation, 'there is no such transfer');
  if (packet.file.replace(/^\/+/, '') !== name) {
    return error(tftpError.fileNotFound, `only ${name} is offered here`);
  }
  return packet.mode === 'octet' ? undefined : error(tftpError.notDefined, 'only octet mode is served');
}

/** From a port of its own: its number is what tells this transfer from others (RFC 1350 section 4). */
async function transfer(
  ctx: Ctx,
  { host, name, file }: TftpServerOptions,
  { options: wishes }: Extract<TftpPacket, { kind: 'read' | 'write' }>,
  peer: Peer,
  transfers: Set<() => Promise<void>>,
): Promise<void> {
  const start = ctx.clock.now();
  const socket = await listenDatagrams(host, 0, (bytes, from) => {
    const packet = tryDecode(bytes);
    if (from.port === peer.port && from.address === peer.address) {
      if (packet) running.receive(packet);
      return;
    }
    const stranger = {
      kind: 'error',
      code: tftpError.unknownTransfer,
      message: 'this is another transfer',
    } as const;
    socket.send(encodeTftp(stranger), from);
  });
  const end = async (): Promise<void> => {
    if (!transfers.delete(end)) return;
    running.close();
    await socket.close();
  };
  transfers.add(end);
  const running = startTftpTransfer({
    clock: ctx.clock,
    file,
    wishes,
    send: (packet) => socket.send(encodeTftp(packet), peer),
    ended: (trouble) => {
      ctx.timeline.add('tftp', trouble === undefined ? 'sent' : 'broken-off', {
        file: name,
        to: peer.address,
        ms: Math.round(ctx.clock.now() - start),
        ...(trouble === undefined ? {} : { why: trouble }),
      });
      void end();
    },
  });
}

function tryDecode(bytes: Uint8Array): TftpPacket | undefined {
  try {
    return decodeTftp(bytes);
  } catch (error) {
    if (isHarnessError(error)) return undefined; // whoever sends such a thing can't be answered either
    throw error;
  }
}
