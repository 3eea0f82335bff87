import { describe, expect, it } from '@jest/globals';

import * as card from '../../../../../harness/protocols/qmi/uim/card-status.ts';
import * as channels from '../../../../../harness/protocols/qmi/uim/channels.ts';
import * as files from '../../../../../harness/protocols/qmi/uim/files.ts';
import * as pin from '../../../../../harness/protocols/qmi/uim/pin.ts';
import { swappedDigits } from '../../../../../harness/sim/modem/swapped-digits.ts';
import { bench, type Bench } from '../bench.ts';
import { qmiHost, type QmiHost } from './qmi-host.ts';

interface Setting extends Bench {
  readonly host: QmiHost;
  readonly client: number;
}

async function withUim(
  body: (b: Setting) => Promise<void>,
  overrides: Parameters<typeof bench>[1] = {},
): Promise<void> {
  const b = bench('mc7455', overrides);
  await b.drive(async () => {
    await b.pass(20_000);
    const host = qmiHost(b.clock, b.modem);
    await body({ ...b, host, client: await host.allocate('uim') });
  });
}

const session = { type: 'primary-gw', aid: new Uint8Array(0) } as const;
const MF = [0x00, 0x3f];
const USIM = [0x00, 0x3f, 0xff, 0x7f];
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

describe('the card', () => {
  it('is ready, and its state is what uqmi looks for', async () => {
    await withUim(async ({ host, client }) => {
      const { status } = (await host.ask(card.getCardStatus, {}, client)).values;
      expect(status).toMatchObject({ indexGwPrimary: 0, index1xPrimary: 0xffff });
      expect(status?.cards[0]).toMatchObject({ state: 'present', error: 'unknown' });
      expect(status?.cards[0]?.applications[0]).toMatchObject({
        type: 'usim',
        state: 'ready',
        pin1: 'disabled',
        pin1Left: 3,
        puk1Left: 10,
      });
    });
  });

  it('vanishes without supply, and comes back with it', async () => {
    await withUim(async ({ host, client, modem, pass }) => {
      const cardState = async () => (await host.ask(card.getCardStatus, {}, client)).values.status?.cards[0];
      const events = (await host.ask(card.registerEvents, { events: 0x17 }, client)).values.events;
      expect(events).toBe(0x11);
      expect((await host.ask(card.powerOnSim, { slot: 1 }, client)).error).toBe('NoEffect');
      expect((await host.ask(card.powerOffSim, { slot: 1 }, client)).error).toBe('None');
      expect(await cardState()).toMatchObject({ state: 'error', error: 'power-down', applications: [] });
      expect(modem.state.registration.packet).toBe('idle');
      expect((await host.ask(card.powerOnSim, { slot: 1 }, client)).error).toBe('None');
      await pass(10_000);
      expect((await cardState())?.applications[0]?.state).toBe('ready');
      expect(modem.state.registration.packet).toBe('home');
      const told = host.heard(card.cardStatusIndication).map(({ values }) => values.status?.cards[0]?.state);
      expect(told).toEqual(['error', 'present', 'present']);
      const slots = host.heard(card.slotStatusIndication).map(({ values }) => values.status?.[0]?.card);
      expect(slots).toEqual(['absent', 'present', 'present']);
    });
  });

  it('loses its application and gets it back', async () => {
    await withUim(async ({ host, client, modem, pass }) => {
      const provision = async (activate: boolean) =>
        (await host.ask(card.changeProvisioningSession, { change: { type: 0, activate } }, client)).error;
      expect(await provision(true)).toBe('NoEffect');
      expect(await provision(false)).toBe('None');
      const { status } = (await host.ask(card.getCardStatus, {}, client)).values;
      expect(status).toMatchObject({
        indexGwPrimary: 0xffff,
        cards: [{ applications: [{ state: 'detected' }] }],
      });
      expect(await provision(true)).toBe('None');
      await pass(10_000);
      expect(modem.state.sim.state).toBe('ready');
    });
  });

  it('stays in its only slot', async () => {
    await withUim(async ({ host, client, modem }) => {
      const { status, information } = (await host.ask(card.getSlotStatus, {}, client)).values;
      expect(status).toHaveLength(1);
      expect(hex(status?.[0]?.iccid)).toBe(swapped(modem.profile.card.iccid));
      expect(information?.[0]).toMatchObject({ protocol: 'uicc', applications: 1, isEuicc: false });
      const to = async (physicalSlot: number) =>
        (await host.ask(card.switchSlot, { logicalSlot: 1, physicalSlot }, client)).error;
      expect([await to(1), await to(2)]).toEqual(['NoEffect', 'InvalidArgument']);
    });
  });

  it('takes its PIN and counts the tries, with the status word of the card', async () => {
    await withUim(
      async ({ host, client }) => {
        const verify = (code: string) =>
          host.ask(pin.uimVerifyPin, { session, info: { id: 'pin1', pin: code } }, client);
        expect(await verify('9999')).toEqual({
          error: 'IncorrectPin',
          values: { retries: { verifyLeft: 2, unblockLeft: 10 }, cardResult: { sw1: 0x63, sw2: 0xc2 } },
        });
        expect(await verify('1234')).toMatchObject({ error: 'None', values: { retries: { verifyLeft: 3 } } });
        expect((await verify('1234')).error).toBe('NoEffect');
      },
      { sim: { pin: '1234' } },
    );
  });
});

/** Digits of each byte swapped, a last one filled with f. */
function swapped(digits: string): string {
  return (digits.length % 2 === 0 ? digits : `${digits}f`).replace(/(.)(.)/g, '$2$1');
}

describe('files of the card', () => {
  const read = ({ host, client }: Setting, id: number, path: readonly number[], offset = 0, length = 0) =>
    host.ask(
      files.readTransparent,
      { session, file: { id, path: Uint8Array.from(path) }, range: { offset, length } },
      client,
    );

  it('hold what the card is', async () => {
    await withUim(
      async (b) => {
        const { iccid, imsi } = b.modem.state.sim.card ?? { iccid: '', imsi: '' };
        const iccidFile = await read(b, 0x2fe2, MF);
        expect(iccidFile.values.cardResult).toEqual({ sw1: 0x90, sw2: 0x00 });
        expect(hex(iccidFile.values.content)).toBe(swapped(iccid));
        expect(hex((await read(b, 0x6f07, USIM)).values.content)).toBe(`08${swapped(`9${imsi}`)}`);
        expect(hex((await read(b, 0x6fad, USIM)).values.content)).toBe('00000003');
        expect(hex((await read(b, 0x6f46, USIM)).values.content)).toBe(
          `01${Buffer.from('Example').toString('hex')}${'ff'.repeat(9)}`,
        );
        expect(hex((await read(b, 0x6f46, [0x20, 0x7f], 1, 3)).values.content)).toBe(
          Buffer.from('Exa').toString('hex'),
        );
      },
      { sim: { serviceProvider: 'Example' } },
    );
  });

  it('come record by record, and say what they are', async () => {
    await withUim(
      async ({ host, client }) => {
        const file = { id: 0x6f40, path: Uint8Array.from(USIM) };
        const record = await host.ask(
          files.readRecord,
          { session, file, record: { number: 1, length: 0 } },
          client,
        );
        expect(hex(record.values.content)).toBe(`${'ff'.repeat(14)}07915155100000f1${'ff'.repeat(6)}`);
        const none = await host.ask(
          files.readRecord,
          { session, file, record: { number: 2, length: 0 } },
          client,
        );
        expect(none).toMatchObject({ error: 'Internal', values: { cardResult: { sw1: 0x6a, sw2: 0x83 } } });
        const { attributes } = (await host.ask(files.getFileAttributes, { session, file }, client)).values;
        expect(attributes).toMatchObject({
          size: 28,
          id: 0x6f40,
          type: 'linear-fixed',
          recordSize: 28,
          recordCount: 1,
          read: { logic: 'single', keys: 1 },
        });
        const root = { id: 0x3f00, path: new Uint8Array(0) };
        const master = (await host.ask(files.getFileAttributes, { session, file: root }, client)).values;
        expect(master.attributes?.type).toBe('master-file');
      },
      { sim: { msisdn: '+15550100001' } },
    );
  });

  it('are guarded by the PIN, or not there at all', async () => {
    await withUim(
      async (b) => {
        expect((await read(b, 0x2fe2, MF)).error).toBe('None');
        expect(await read(b, 0x6f07, USIM)).toEqual({
          error: 'AccessDenied',
          values: { cardResult: { sw1: 0x69, sw2: 0x82 } },
        });
        expect(await read(b, 0x1234, USIM)).toEqual({
          error: 'SimFileNotFound',
          values: { cardResult: { sw1: 0x6a, sw2: 0x82 } },
        });
        b.modem.removeSim();
        expect((await read(b, 0x2fe2, MF)).error).toBe('Internal');
      },
      { sim: { pin: '1234' } },
    );
  });
});

describe('the card itself', () => {
  const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
  const usim = bytes('a0000000871002ff86ffff89ffffffff');
  const send = async ({ host, client }: Setting, command: string, channel?: number): Promise<string> => {
    const asked = { slot: 1, command: bytes(command), channel };
    return hex((await host.ask(channels.sendApdu, asked, client)).values.reply);
  };

  it('opens logical channels, each with its own selection', async () => {
    await withUim(async (b) => {
      const { host, client, modem } = b;
      const { values } = await host.ask(channels.openLogicalChannel, { slot: 1, aid: usim }, client);
      expect(values).toMatchObject({ channel: 1, cardResult: { sw1: 0x90, sw2: 0 } });
      expect(hex(values.selectResponse)).toContain(hex(usim));
      expect(await send(b, '01a40004026f07', 1)).toMatch(/^620f820241218302 ?6f078a010580020009/);
      expect(await send(b, '01b0000009', 1)).toBe('0839016200007054859000');
      // Channel 0 is where it was.
      expect(await send(b, '00b0000009')).toBe('6986');
      expect(await send(b, '00a40804022fe2')).toMatch(/9000$/);
      const swapped = await send(b, '00b000000a');
      expect(swapped).toBe(`${hex(swappedDigits(modem.state.sim.card?.iccid ?? ''))}9000`);
      const closed = await host.ask(channels.logicalChannel, { slot: 1, channel: 1 }, client);
      expect(closed.error).toBe('None');
      expect(
        (await host.ask(channels.sendApdu, { slot: 1, command: bytes('01f2000000'), channel: 1 }, client))
          .error,
      ).toBe('InvalidArgument');
    });
  });

  it('says no in its own words', async () => {
    await withUim(
      async (b) => {
        const { host, client, modem } = b;
        const stranger = await host.ask(
          channels.openLogicalChannel,
          { slot: 1, aid: bytes('a000000151') },
          client,
        );
        expect(stranger).toMatchObject({
          error: 'Internal',
          values: { cardResult: { sw1: 0x6a, sw2: 0x82 } },
        });
        expect(await send(b, '00a4040407a0000000871002')).toMatch(/9000$/);
        expect(await send(b, '00a40004026f07')).toMatch(/9000$/);
        expect(await send(b, '00b0000009')).toBe('6982'); // its PIN has not been given
        expect(await send(b, '0020000100')).toBe('63c3');
        expect(await send(b, '00a4000402ffff')).toBe('6a82');
        expect(await send(b, '00fe000000')).toBe('6d00');
        expect(await send(b, '00')).toBe('6700');
        for (let channel = 1; channel <= 3; channel++) {
          expect(
            (await host.ask(channels.logicalChannel, { slot: 1, aid: usim }, client)).values,
          ).toMatchObject({ channel });
        }
        expect((await host.ask(channels.openLogicalChannel, { slot: 1 }, client)).error).toBe(
          'InsufficientResources',
        );
        expect((await host.ask(channels.getAtr, { slot: 1 }, client)).values.atr?.[0]).toBe(0x3b);
        modem.removeSim();
        expect((await host.ask(channels.openLogicalChannel, { slot: 1 }, client)).error).toBe('Internal');
        modem.insertSim();
        expect((await host.ask(channels.openLogicalChannel, { slot: 2 }, client)).error).toBe(
          'InvalidArgument',
        );
      },
      { sim: { pin: '1234', puk: '12345678' } },
    );
  });
});
