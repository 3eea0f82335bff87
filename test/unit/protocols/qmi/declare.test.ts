import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import * as ctl from '../../../../harness/protocols/qmi/ctl.ts';
import {
  decodeTlvs,
  encodeTlvs,
  type QmiCommand,
  type QmiIndication,
} from '../../../../harness/protocols/qmi/declare.ts';
import {
  qmiError,
  qmiErrorName,
  encodeResult,
  decodeResult,
} from '../../../../harness/protocols/qmi/result.ts';
import * as wda from '../../../../harness/protocols/qmi/wda.ts';
import * as profile from '../../../../harness/protocols/qmi/wds-profile.ts';
import * as settings from '../../../../harness/protocols/qmi/wds-settings.ts';
import * as wds from '../../../../harness/protocols/qmi/wds.ts';
import { fromHex, vectorLines } from './frames.ts';

const declared = [ctl, wda, profile, settings, wds].flatMap((module) => Object.values<unknown>(module));
const isDeclaration = (thing: unknown): thing is QmiCommand | QmiIndication =>
  typeof thing === 'object' && thing !== null && 'service' in thing;
const commands = declared.filter(isDeclaration).filter((thing): thing is QmiCommand => 'request' in thing);
const indications = declared.filter(isDeclaration).filter((thing): thing is QmiIndication => 'tlvs' in thing);

describe('the declarations', () => {
  it('name each message once, and each TLV type of a message once', () => {
    const names = commands.map(({ service, id }) => `${service} ${id}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { request, response } of commands) {
      for (const specs of [request, response]) {
        const types = Object.values(specs).map(({ type }) => type);
        expect(new Set(types).size).toBe(types.length);
      }
      // The result is nobody's own.
      expect(Object.values(response).map(({ type }) => type)).not.toContain(0x02);
    }
    expect(indications.length).toBeGreaterThan(5);
  });

  const requests = vectorLines('uqmi-requests.txt').filter(([service]) =>
    ['ctl', 'wds', 'wda'].includes(service as string),
  );

  it.each(requests)('know all of what uqmi sends: %s %s %s', (service, id, ...texts) => {
    const command = commands.find(
      (candidate) => candidate.service === service && candidate.id === Number.parseInt(id as string, 16),
    ) as QmiCommand;
    const tlvs = texts
      .filter((text) => text !== undefined)
      .map((text) => text.split('='))
      .map(([type, value]) => ({
        type: Number.parseInt(type as string, 16),
        value: fromHex(value as string),
      }));
    const { values, unknown } = decodeTlvs(command.request, tlvs, command.name);
    expect(unknown).toEqual([]);
    expect(encodeTlvs(command.request, values).map(({ type, value }) => [type, [...value]])).toEqual(
      tlvs.map(({ type, value }) => [type, [...value]]),
    );
  });

  it('read any bytes, or refuse them by name', () => {
    const anyTlv = fc.record({
      type: fc.integer({ min: 0, max: 255 }),
      value: fc.uint8Array({ maxLength: 40 }),
    });
    const specs = commands.flatMap(({ request, response }) => [request, response]);
    fc.assert(
      fc.property(fc.constantFrom(...specs), fc.array(anyTlv, { maxLength: 6 }), (spec, tlvs) => {
        try {
          decodeTlvs(spec, tlvs, 'a message');
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^(binary|qmi)\./);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('keep what they do not know', () => {
    const strange = { type: 0x7f, value: Uint8Array.of(1, 2) };
    expect(decodeTlvs(wds.wdsStopNetwork.response, [strange], 'x').unknown).toEqual([strange]);
  });
});

describe('addresses', () => {
  it('of IPv4 stand backwards, those of IPv6 in network order', () => {
    const { response } = settings.wdsGetCurrentSettings;
    const tlvs = encodeTlvs(response, {
      address: '10.64.12.34',
      address6: { address: '2001:db8::5', prefixLength: 64 },
    });
    expect(tlvs.map(({ type, value }) => [type, Buffer.from(value).toString('hex')])).toEqual([
      [0x1e, '220c400a'],
      [0x25, '20010db800000000000000000000000540'],
    ]);
  });
});

describe('the result', () => {
  it('is read as it was written, by name and number', () => {
    for (const name of Object.keys(qmiError) as (keyof typeof qmiError)[]) {
      const number = decodeResult([encodeResult(name)], 'x');
      expect([number, qmiErrorName(number)]).toEqual([qmiError[name], name]);
    }
    expect(qmiErrorName(61_441)).toBe('0xf001');
  });
});
