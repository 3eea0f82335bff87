import { describe, expect, it } from '@jest/globals';

import * as wms from '../../../../harness/protocols/qmi/wms.ts';
import {
  smsConfiguration,
  smsDelete,
  smsMessageStoreStatus,
  smsRead,
  smsSend,
} from '../../../../harness/protocols/mbim/sms.ts';
import { decodeQmi } from '../../../../harness/protocols/qmi/message.ts';
import { decodeTlvs } from '../../../../harness/protocols/qmi/declare.ts';
import { readRecord } from '../../../../harness/protocols/qmi/uim/files.ts';
import { numberOf, splitCentre } from '../../../../harness/protocols/sms/address.ts';
import { decodeDeliver } from '../../../../harness/protocols/sms/tpdu.ts';
import { bench, type Bench } from './bench.ts';
import { mbimHost } from './mbim/host.ts';
import { qmiHost, type QmiHost } from './qmi/qmi-host.ts';

/** "hellohello" to this number, without a centre of its own, no validity. */
const submitTo = (number: string): string => {
  const digits = number.replace('+', '');
  const swapped = (digits.length % 2 === 1 ? `${digits}F` : digits).replace(/(.)(.)/g, '$2$1');
  return `000100${digits.length.toString(16).padStart(2, '0')}91${swapped}00000AE8329BFD4697D9EC37`.toUpperCase();
};
const OWN = '+12025550174';
const ELSEWHERE = '+12025550199';
const toOwn = submitTo(OWN);
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const lengthOf = (hex: string): number => hex.length / 2 - 1;

async function withQmi(body: (b: Bench, host: QmiHost, wmsClient: number) => Promise<void>): Promise<void> {
  const b = bench('mc7455', { sim: { msisdn: OWN } });
  await b.drive(async () => {
    await b.pass(20_000);
    const host = qmiHost(b.clock, b.modem);
    await body(b, host, await host.allocate('wms'));
  });
}

describe('text messages of the machine', () => {
  it('are sent over AT behind a prompt, and come back to the own number', async () => {
    const b = bench('mc7455', { sim: { msisdn: OWN } });
    await b.drive(async () => {
      await b.pass(20_000);
      const at = b.open();
      expect((await at.at('AT+CNMI=2,1')).final).toBe('OK');
      at.type(`AT+CMGS=${lengthOf(toOwn)}\r`);
      await b.pass(100);
      expect(at.take()).toMatch(/\r\n> $/);
      at.type(`${toOwn}\x1a`);
      await b.pass(2_000);
      expect(at.take()).toMatch(/\+CMGS: 1\r\n\r\nOK\r\n/);
      await b.pass(4_000);
      expect(at.take()).toContain('+CMTI: "SM",0');
      const { lines } = await at.at('AT+CMGL=4');
      expect(lines[0]).toMatch(/^\+CMGL: 0,0,,\d+$/);
      const message = decodeDeliver(splitCentre(bytesOf(lines[1] ?? '')).tpdu);
      expect(numberOf(message.from)).toBe(OWN);
      expect(Buffer.from(message.text).toString('hex')).toBe('e8329bfd4697d9ec37');
      expect((await at.at('AT+CMGR=0')).lines[0]).toMatch(/^\+CMGR: 1,,/);
      expect((await at.at('AT+CMGD=0')).final).toBe('OK');
      expect((await at.at('AT+CMGR=0')).final).toBe('+CMS ERROR: invalid memory index');
    });
  });

  it('are given up with Escape; wrong ones, and those without a network, are refused with their number', async () => {
    const b = bench('mc7455', { sim: { msisdn: OWN } });
    await b.drive(async () => {
      await b.pass(20_000);
      const at = b.open();
      const type = async (text: string): Promise<string> => {
        at.type(`AT+CMGS=${lengthOf(toOwn)}\r`);
        await b.pass(100);
        at.take();
        at.type(text);
        await b.pass(3_000);
        return at.take().trim();
      };
      expect(await type('0011\x1b')).toMatch(/OK$/);
      expect(await type('0011\x1a')).toMatch(/\+CMS ERROR: invalid PDU mode parameter$/);
      expect(await type('zz\x1a')).toMatch(/\+CMS ERROR: invalid PDU mode parameter$/);
      expect((await at.at('AT+CFUN=4')).final).toBe('OK');
      expect(await type(`${toOwn}\x1a`)).toMatch(/\+CMS ERROR: no network service$/);
      expect((await at.at('AT+CMGD=4')).final).toBe('+CMS ERROR: invalid memory index');
      expect((await at.at('AT+CPMS="SM","SM","ME"')).lines).toEqual(['+CPMS: 0,10,0,10,0,255']);
    });
  });

  it('are read in one memory and written to another, and a memory that is not named stays', async () => {
    const b = bench('mc7455', { sim: { msisdn: OWN } });
    await b.drive(async () => {
      await b.pass(20_000);
      const at = b.open();
      expect((await at.at('AT+CPMS="SM","ME"')).lines).toEqual(['+CPMS: 0,10,0,255,0,10']);
      at.type(`AT+CMGW=${lengthOf(toOwn)}\r`);
      await b.pass(100);
      at.type(`${toOwn}\x1a`);
      await b.pass(1_000);
      at.take();
      expect((await at.at('AT+CMGL=4')).lines).toEqual([]);
      expect((await at.at('AT+CPMS="ME"')).lines).toEqual(['+CPMS: 1,255,1,255,0,10']);
      expect((await at.at('AT+CMGL=4')).lines).toEqual([`+CMGL: 0,2,,${lengthOf(toOwn)}`, toOwn]);
      expect((await at.at('AT+CPMS="SM"')).lines).toEqual(['+CPMS: 0,10,1,255,0,10']);
    });
  });

  it('lie in one store that QMI, AT and the card itself show', () =>
    withQmi(async (b, host, client) => {
      const written = await host.ask(
        wms.wmsRawWrite,
        { message: { storage: 'sim', format: 'gsm', pdu: bytesOf(submitTo(ELSEWHERE)) } },
        client,
      );
      expect(written.values.index).toBe(0);
      const at = b.open();
      expect((await at.at('AT+CMGR=0')).lines).toEqual([
        `+CMGR: 2,,${lengthOf(submitTo(ELSEWHERE))}`,
        submitTo(ELSEWHERE),
      ]);
      const uim = await host.allocate('uim');
      const record = await host.ask(
        readRecord,
        {
          session: { type: 'primary-gw', aid: new Uint8Array() },
          file: { id: 0x6f3c, path: Uint8Array.of(0x00, 0x3f, 0xff, 0x7f) },
          record: { number: 1, length: 0 },
        },
        uim,
      );
      expect(record.values.content?.subarray(0, 3)).toEqual(Uint8Array.of(0x07, 0x00, 0x01));
      const sent = await host.ask(
        wms.wmsSendFromStorage,
        { message: { storage: 'sim', index: 0, mode: 'gsm' } },
        client,
      );
      expect([sent.error, sent.values.reference]).toEqual(['None', 1]);
      const list = await host.ask(wms.wmsListMessages, { storage: 'sim' }, client);
      expect(list.values.messages).toEqual([{ index: 0, tag: 'sent' }]);
      // The card keeps them when it is pulled; nobody can read them meanwhile.
      b.modem.removeSim();
      expect((await host.ask(wms.wmsListMessages, { storage: 'sim' }, client)).error).toBe(
        'UimUninitialized',
      );
      b.modem.insertSim();
      expect(b.modem.state.sim.card?.texts).toHaveLength(1);
      expect((await host.ask(wms.wmsDelete, { storage: 'device' }, client)).error).toBe('None');
    }));

  it('that come are told to who asked, and go where the routes say', () =>
    withQmi(async (b, host, client) => {
      await host.ask(wms.wmsSetEventReport, { newMessage: true }, client);
      const { values } = await host.ask(wms.wmsGetRoutes, {}, client);
      const routes = (values.routes ?? []).map((route) =>
        route.class === 'none' ? { ...route, storage: 'device' as const } : route,
      );
      expect((await host.ask(wms.wmsSetRoutes, { routes }, client)).error).toBe('None');
      const send = (pdu: string) =>
        host.ask(wms.wmsRawSend, { message: { format: 'gsm', pdu: bytesOf(pdu) } }, client);
      expect((await send(toOwn)).values.reference).toBe(1);
      expect((await send(submitTo(ELSEWHERE))).values.reference).toBe(2);
      await b.pass(5_000);
      expect(host.heard(wms.wmsEventReport).map(({ values: told }) => told.stored)).toEqual([
        { storage: 'device', index: 0 },
      ]);
      const read = await host.ask(wms.wmsRawRead, { where: { storage: 'device', index: 0 } }, client);
      expect(read.values.message?.tag).toBe('unread');
      expect((await host.ask(wms.wmsRawRead, { where: { storage: 'device', index: 1 } }, client)).error).toBe(
        'NoEntry',
      );
      expect(
        (await host.ask(wms.wmsRawSend, { message: { format: 'gsm', pdu: Uint8Array.of(1, 2) } }, client))
          .error,
      ).toBe('WmsEncoding');
      // Class 0 is for the host alone.
      expect((await send(toOwn.replace('00000AE8', '00100AE8'))).error).toBe('None');
      await b.pass(5_000);
      const [flash] = host.heard(wms.wmsEventReport);
      expect(flash?.values.stored).toBeUndefined();
      expect(flash?.values.transferred?.pdu.length).toBeGreaterThan(20);
    }));

  it('wait at the centre while the modem is away', () =>
    withQmi(async (b, host, client) => {
      const sending = host.ask(wms.wmsRawSend, { message: { format: 'gsm', pdu: bytesOf(toOwn) } }, client);
      expect((await sending).error).toBe('None');
      b.modem.input({ kind: 'setFunctionality', level: 4 });
      await b.pass(10_000);
      expect(b.modem.state.sim.card?.texts).toEqual([]);
      b.modem.input({ kind: 'setFunctionality', level: 1 });
      await b.pass(20_000);
      expect(b.modem.state.sim.card?.texts).toHaveLength(1);
    }));

  it('are the same over MBIM, whose places count from one', async () => {
    const host = await mbimHost('mc7455', { sim: { msisdn: OWN } });
    await host.open();
    const configuration = await host.query(smsConfiguration, {});
    expect(configuration.values).toMatchObject({ maxMessages: 10, scAddress: '+12025550100' });
    const sent = await host.set(smsSend, { format: 'pdu', message: { pdu: bytesOf(toOwn) } });
    expect(sent).toEqual({ status: 'Success', values: { reference: 1 } });
    await host.pass(5_000);
    expect(host.news(smsMessageStoreStatus)).toEqual([
      { name: smsMessageStoreStatus.name, values: { status: 2, index: 1 } },
    ]);
    const read = await host.query(smsRead, { format: 'pdu', flag: 'new', index: 0 });
    expect(read.values?.messages.map(({ index, status }) => ({ index, status }))).toEqual([
      { index: 1, status: 'new' },
    ]);
    expect((await host.query(smsRead, { format: 'pdu', flag: 'new', index: 0 })).values?.messages).toEqual(
      [],
    );
    expect((await host.query(smsRead, { format: 'pdu', flag: 'index', index: 2 })).status).toBe(
      'InvalidMemoryIndex',
    );
    expect((await host.set(smsDelete, { flag: 'index', index: 1 })).status).toBe('Success');
    expect(host.modem.state.sim.card?.texts).toEqual([]);
  });
});

describe('cell broadcasts', () => {
  it('are chosen over QMI in one list with AT+CSCB', () =>
    withQmi(async (b, host, client) => {
      const channels = async (): Promise<unknown> =>
        (await host.ask(wms.wmsGetBroadcastConfig, { mode: 'gsm' }, client)).values.config;
      expect(await channels()).toEqual({ active: false, channels: [] });
      // qmicli 1.38 --wms-set-cbs-channels=4370-4372,4380, as its --verbose-full shows it.
      const { tlvs } = decodeQmi(
        bytesOf('011f00000503000100' + '3d001300100c0002001211141101' + '1c111c110101010001'),
      );
      const chosen = decodeTlvs(wms.wmsSetBroadcastConfig.request, tlvs, 'request').values;
      expect(chosen.mode).toBe('gsm');
      await host.ask(wms.wmsSetBroadcastConfig, chosen, client);
      await host.ask(wms.wmsSetBroadcastActivation, { activation: { mode: 'gsm', active: true } }, client);
      expect((await b.open().at('AT+CSCB?')).lines).toEqual(['+CSCB: 0,"4370-4372,4380",""']);
      await b.open().at('AT+CSCB=1,"50"');
      expect(await channels()).toEqual({
        active: false,
        channels: [{ start: 50, end: 50, selected: false }],
      });
    }));

  it('are refused where they make no sense, and those of CDMA', () =>
    withQmi(async (_, host, client) => {
      const set = async (values: Parameters<typeof host.ask>[1]): Promise<string> =>
        (await host.ask(wms.wmsSetBroadcastConfig, values as never, client)).error;
      expect(await set({ mode: 'gsm' })).toBe('MissingArgument');
      expect(await set({ mode: 'gsm', channels: [{ start: 2, end: 1, selected: true }] })).toBe(
        'InvalidArgument',
      );
      expect(await set({ mode: 'cdma', channels: [] })).toBe('DeviceUnsupported');
    }));
});
