import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isHarnessError } from '../../../../harness/core/errors.ts';
import { decode, encode } from '../../../../harness/protocols/binary/encode.ts';
import type { Field } from '../../../../harness/protocols/binary/field.ts';
import { createReader } from '../../../../harness/protocols/binary/reader.ts';
import { decodeTlvs, encodeTlvs, type QmiCommand } from '../../../../harness/protocols/qmi/declare.ts';
import { decodeQmi, encodeQmi } from '../../../../harness/protocols/qmi/message.ts';
import * as dmsFirmware from '../../../../harness/protocols/qmi/dms/firmware.ts';
import * as dmsIdentity from '../../../../harness/protocols/qmi/dms/identity.ts';
import * as dmsOperation from '../../../../harness/protocols/qmi/dms/operation.ts';
import * as dmsPin from '../../../../harness/protocols/qmi/dms/pin.ts';
import * as dmsSwi from '../../../../harness/protocols/qmi/dms/swi.ts';
import * as nasCell from '../../../../harness/protocols/qmi/nas/cell.ts';
import { packedPlmn, plmnDigits } from '../../../../harness/protocols/qmi/nas/fields.ts';
import * as nasNames from '../../../../harness/protocols/qmi/nas/names.ts';
import * as nasSelection from '../../../../harness/protocols/qmi/nas/selection.ts';
import * as nasServing from '../../../../harness/protocols/qmi/nas/serving-system.ts';
import * as nasSignal from '../../../../harness/protocols/qmi/nas/signal.ts';
import * as nasInfo from '../../../../harness/protocols/qmi/nas/system-info.ts';
import * as uimCard from '../../../../harness/protocols/qmi/uim/card-status.ts';
import * as uimFiles from '../../../../harness/protocols/qmi/uim/files.ts';
import * as uimPin from '../../../../harness/protocols/qmi/uim/pin.ts';
import * as loc from '../../../../harness/protocols/qmi/loc.ts';
import * as pdc from '../../../../harness/protocols/qmi/pdc.ts';
import * as small from '../../../../harness/protocols/qmi/small-services.ts';
import * as voice from '../../../../harness/protocols/qmi/voice.ts';
import * as wms from '../../../../harness/protocols/qmi/wms.ts';

const modules = [
  dmsFirmware,
  dmsIdentity,
  dmsOperation,
  dmsPin,
  dmsSwi,
  nasCell,
  nasNames,
  nasSelection,
  nasServing,
  nasSignal,
  nasInfo,
  uimCard,
  uimFiles,
  uimPin,
  loc,
  pdc,
  small,
  voice,
  wms,
];

interface Declared {
  readonly service: string;
  readonly id: number;
  readonly name: string;
  readonly tlvs?: Specs;
  readonly request?: Specs;
  readonly response?: Specs;
}

function isTwofold(it: unknown): it is { readonly command: unknown; readonly outcome: unknown } {
  return typeof it === 'object' && it !== null && 'command' in it && 'outcome' in it;
}

type Specs = Readonly<Record<string, { readonly type: number; readonly field: Field<unknown> }>>;

const declared = modules
  .flatMap((module) => Object.values(module) as unknown[])
  // A command and the indication that tells how it ended.
  .flatMap((it) => (isTwofold(it) ? [it.command, it.outcome] : [it]))
  .filter((it): it is Declared => typeof it === 'object' && it !== null && 'service' in it && 'id' in it);
const parts = declared.flatMap((message) =>
  (['request', 'response', 'tlvs'] as const).flatMap((part) => {
    const specs = message[part];
    return specs ? [{ title: `${message.service} ${message.name}, ${part}`, specs }] : [];
  }),
);

/** Small numbers, mostly zero, so that counts lead to short lists and the members of choices are met. */
const byte = fc.oneof(
  { arbitrary: fc.constant(0), weight: 6 },
  { arbitrary: fc.constant(1), weight: 6 },
  { arbitrary: fc.nat(127), weight: 1 },
);
const bytesFor = fc.oneof(
  fc.array(byte, { minLength: 60, maxLength: 90 }),
  fc.array(fc.nat(1), { minLength: 60, maxLength: 60 }),
  fc.array(fc.constantFrom(0, 0, 0, 0, 0, 1), { minLength: 60, maxLength: 60 }),
  fc.array(fc.nat(255), { maxLength: 20 }),
);

/** Drawn once: with one seed each field would be tried with the same, and drawing them is most of the work. */
const samples = fc.sample(bytesFor, { numRuns: 150, seed: 7 }).map((bytes) => Uint8Array.from(bytes));

/** The value that the front of these bytes stands for; undefined: none does. */
function valueIn(field: Field<unknown>, bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: field.read(createReader(bytes, 'property')) };
  } catch (error) {
    if (!isHarnessError(error) || !error.code.startsWith('binary.')) throw error;
    return undefined;
  }
}

describe('declarations of services', () => {
  it('are of messages and TLVs that are there once', () => {
    const commands = declared.filter((message) => message.request);
    expect(commands.length).toBeGreaterThan(80);
    expect(new Set(commands.map(({ service, id }) => `${service}/${id}`)).size).toBe(commands.length);
    for (const { specs } of parts) {
      const types = Object.values(specs).map(({ type }) => type);
      expect(new Set(types).size).toBe(types.length);
    }
  });

  it.each(parts.filter(({ specs }) => Object.keys(specs).length > 0))(
    '$title: every value that can be read is written back as it was',
    ({ specs }) => {
      for (const { field } of Object.values(specs)) {
        let read = 0;
        for (const bytes of samples) {
          const found = valueIn(field, bytes);
          if (!found) continue;
          read++;
          const again = decode(field, encode(field, found.value), 'property');
          // 100,000 comparisons: Jest's own, which can say what differs, costs ten times as much.
          if (!isDeepStrictEqual(again, found.value)) expect(again).toEqual(found.value);
        }
        expect(read).toBeGreaterThan(0);
      }
    },
  );

  it('know PLMNs of five and of six digits', () => {
    expect(encode(packedPlmn, '310260')).toEqual(Uint8Array.of(0x13, 0x00, 0x62));
    expect(encode(packedPlmn, '26201')).toEqual(Uint8Array.of(0x62, 0xf2, 0x10));
    for (const plmn of ['310260', '26201', '53024']) {
      expect(decode(packedPlmn, encode(packedPlmn, plmn), 'plmn')).toBe(plmn);
    }
    expect(encode(plmnDigits, '24')).toEqual(Uint8Array.of(0x32, 0x34, 0xff));
  });

  it('know the numbers of E-UTRA bands', () => {
    const known = {
      1: 120,
      4: 123,
      12: 131,
      17: 134,
      20: 145,
      25: 148,
      26: 153,
      29: 159,
      30: 160,
      41: 149,
      66: 161,
    };
    for (const [band, number] of Object.entries(known))
      expect(nasSignal.activeBandOf(Number(band))).toBe(number);
    expect(nasSignal.activeBandOf(15)).toBeUndefined();
  });
});

interface Vectors {
  readonly messages: readonly {
    readonly name: string;
    readonly request: string;
    readonly response: string;
  }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../vectors/qmi/libqmi-messages.json', import.meta.url), 'utf8'),
) as Vectors;

function answerOf(name: string): ReturnType<typeof decodeQmi> {
  const vector = vectors.messages.find((message) => message.name === name);
  if (!vector) throw new Error(`no vector ${name}`);
  return decodeQmi(Uint8Array.from(Buffer.from(vector.response, 'hex')));
}

/** Reads it, writes the same TLVs again, and says which ones have no declaration. */
function read(name: string, command: QmiCommand) {
  const { tlvs } = answerOf(name);
  const { values, unknown } = decodeTlvs(command.response, tlvs, name);
  const known = tlvs.filter(({ type }) => !unknown.some((other) => other.type === type));
  const written = encodeTlvs(command.response, values);
  expect(written).toEqual([...known].sort((a, b) => a.type - b.type));
  return { values: values as Record<string, unknown>, unknown: unknown.map(({ type }) => type) };
}

describe('frames of real modems', () => {
  it.each(vectors.messages)('$name: both frames are written as they were read', ({ request, response }) => {
    for (const hex of [request, response]) {
      expect(
        Buffer.from(encodeQmi(decodeQmi(Uint8Array.from(Buffer.from(hex, 'hex'))))).toString('hex'),
      ).toBe(hex);
    }
  });

  it('DMS: identities, PINs and time', () => {
    expect(read('dms_get_ids', dmsIdentity.getIds as never).values).toEqual({
      esn: '80997874',
      imei: '359225050039973',
      meid: '35922505003997',
      imeiSv: 'B',
    });
    expect(read('dms_uim_get_pin_status', dmsPin.getPinStatus as never).values).toEqual({
      pin1: { state: 'enabled-not-verified', verifyLeft: 3, unblockLeft: 10 },
      pin2: { state: 'enabled-not-verified', verifyLeft: 2, unblockLeft: 10 },
    });
    expect(read('dms_get_time', dmsOperation.getTime as never).values).toEqual({
      device: { count: 884_789_480_513n, source: 'hdr' },
      system: 1_105_986_850_641n,
      user: 11_774_664n,
    });
  });

  it('NAS: networks found', () => {
    const { values } = read('nas_network_scan', nasServing.networkScan as never);
    expect(values).toMatchObject({ result: 'success' });
    const networks = values.networks as readonly unknown[];
    expect(networks).toHaveLength(8);
    expect(networks[0]).toEqual({ mcc: 214, mnc: 1, status: 0xaa, name: 'voda ES' });
    expect((values.radios as readonly unknown[])[2]).toEqual({ mcc: 214, mnc: 4, radio: 'umts' });
  });

  it('NAS: serving system of a UMTS network, system and cell of LTE ones', () => {
    const serving = read('nas_get_serving_system', nasServing.getServingSystem as never);
    expect(serving.values).toMatchObject({
      servingSystem: {
        registration: 'registered',
        circuit: 'attached',
        packet: 'attached',
        radioInterfaces: ['umts'],
      },
      plmn: { mcc: 222, mnc: 50 },
      pcsDigit: { mcc: 222, mnc: 50, threeDigits: false },
    });
    const info = read('nas_get_system_info', nasInfo.getSystemInfo as never);
    expect(info.values).toMatchObject({
      lteService: { status: 'available' },
      lte: { domain: 'cs-ps', cellId: 1_616_133, mcc: '530', mnc: '24', tacValid: true, tac: 63_001 },
      simReject: 'available',
    });
    const cell = read('nas_get_cell_location_info_2', nasCell.getCellLocationInfo as never);
    expect(cell.values).toMatchObject({
      intraFrequency: {
        plmn: '99940',
        tac: 153,
        earfcn: 43_390,
        cells: [{ pci: 0, rsrq: -67, rsrp: -999, rssi: -733, selectionRxLevel: 30 }],
      },
    });
  });
});
