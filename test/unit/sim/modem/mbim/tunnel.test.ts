import { describe, expect, it } from '@jest/globals';
import { connect } from '../../../../../harness/protocols/mbim/basic-connect/session.ts';
import { qmiMessage } from '../../../../../harness/protocols/mbim/other-services.ts';
import { createNtbBuilder, decodeNtb16 } from '../../../../../harness/protocols/ncm/ntb16.ts';
import { ctlAllocateClient, ctlReleaseClient } from '../../../../../harness/protocols/qmi/ctl.ts';
import {
  decodeTlvs,
  encodeTlvs,
  type QmiCommand,
  type TlvSpecs,
  type TlvValues,
} from '../../../../../harness/protocols/qmi/declare.ts';
import { decodeQmi, encodeQmi } from '../../../../../harness/protocols/qmi/message.ts';
import { decodeResult, qmiErrorName } from '../../../../../harness/protocols/qmi/result.ts';
import { qmiService } from '../../../../../harness/protocols/qmi/services.ts';
import { wdsBindMuxDataPort } from '../../../../../harness/protocols/qmi/wds-settings.ts';
import { wdsStartNetwork } from '../../../../../harness/protocols/qmi/wds.ts';
import { grantBoth, type DualSession } from '../qmi/network.ts';
import { internet, mbimHost, type MbimHost } from './host.ts';

interface Tunnel extends MbimHost {
  readonly sessions: DualSession[];
  readonly ask: <Q extends TlvSpecs, A extends TlvSpecs>(
    command: QmiCommand<Q, A>,
    values: TlvValues<Q>,
    client?: number,
  ) => Promise<{ readonly error: string; readonly values: TlvValues<A> }>;
  readonly wds: () => Promise<number>;
}

/** QMI inside an open MBIM function, as qmicli --device-open-mbim speaks it. */
async function tunnel(): Promise<Tunnel> {
  const host = await mbimHost();
  const { sessions } = grantBoth(host);
  await host.open();
  let transaction = 0;
  const ask: Tunnel['ask'] = async (command, values, client = 0) => {
    transaction++;
    const header = { service: qmiService[command.service], client, transaction, id: command.id };
    const frame = encodeQmi({ ...header, kind: 'request', tlvs: encodeTlvs(command.request, values) });
    const answer = decodeQmi((await host.set(qmiMessage, { frame })).values?.frame ?? new Uint8Array());
    const error = qmiErrorName(decodeResult(answer.tlvs, command.name));
    const others = answer.tlvs.filter(({ type }) => type !== 2);
    return { error, values: decodeTlvs(command.response, others, command.name).values };
  };
  const wds = async (): Promise<number> => {
    const { values } = await ask(ctlAllocateClient, { service: qmiService.wds });
    return values.client?.client as number;
  };
  return { ...host, sessions, ask, wds };
}

const packet = (version: 4 | 6, size: number): Uint8Array =>
  Uint8Array.of(version << 4, ...new Uint8Array(size - 1));

function sendTo(host: MbimHost, session: number, ...packets: readonly Uint8Array[]): void {
  const block = createNtbBuilder({ maxSize: 16_384, maxDatagrams: 0 });
  for (const bytes of packets) block.add(session, bytes);
  host.data.send(block.finish(0));
}

describe('a call of QMI inside MBIM', () => {
  it('goes through the first session, its families apart, until its client is released', async () => {
    const host = await tunnel();
    const [four, six] = [await host.wds(), await host.wds()];
    expect((await host.ask(wdsStartNetwork, { apn: 'internet' }, four)).error).toBe('None');
    expect(host.data.connected).toBe(true);
    sendTo(host, 0, packet(4, 100), packet(6, 90));
    const session = host.sessions[0] as DualSession;
    expect(session.sent.map(({ length }) => length)).toEqual([100]);
    expect((await host.ask(wdsStartNetwork, { apn: 'internet', family: 6 }, six)).error).toBe('None');
    session.deliver(packet(6, 60), packet(4, 80));
    const block = host.data.receive() as Uint8Array;
    expect(decodeNtb16(block).datagrams.map(({ session: id, bytes }) => [id, bytes.length])).toEqual([
      [0, 60],
      [0, 80],
    ]);
    for (const client of [four, six]) {
      await host.ask(ctlReleaseClient, { client: { service: qmiService.wds, client } });
    }
    expect(host.data.connected).toBe(false);
    expect(host.modem.state.bearers).toEqual([]);
  });

  it('goes through the session that its client is bound to, beside one of MBIM', async () => {
    const host = await tunnel();
    expect((await host.set(connect, internet)).status).toBe('Success');
    const client = await host.wds();
    await host.ask(wdsBindMuxDataPort, { muxId: 3 }, client);
    expect((await host.ask(wdsStartNetwork, { apn: 'internet' }, client)).error).toBe('None');
    expect(host.sessions).toHaveLength(2);
    sendTo(host, 3, packet(4, 100));
    sendTo(host, 0, packet(4, 50));
    expect(host.sessions.map(({ sent }) => sent.map(({ length }) => length))).toEqual([[50], [100]]);
  });

  it('and a session of MBIM keep each other out', async () => {
    const host = await tunnel();
    const client = await host.wds();
    const inUse = { type: 2, reason: 237 };
    await host.set(connect, internet);
    expect(await host.ask(wdsStartNetwork, { apn: 'internet' }, client)).toMatchObject({
      error: 'CallFailed',
      values: { verboseReason: inUse },
    });
    await host.set(connect, { ...internet, command: 'deactivate' });
    await host.ask(wdsStartNetwork, { apn: 'internet' }, client);
    expect((await host.set(connect, internet)).status).toBe('Busy');
    // What is beyond the sessions that there are can't be used at all.
    const other = await host.wds();
    await host.ask(wdsBindMuxDataPort, { muxId: 8 }, other);
    expect((await host.ask(wdsStartNetwork, { apn: 'other' }, other)).values.verboseReason).toEqual(inUse);
    await host.exchange({ kind: 'close' });
    expect(host.data.connected).toBe(false);
    expect(host.modem.state.bearers).toEqual([]);
  });
});
