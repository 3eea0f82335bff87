import { describe, expect, it } from '@jest/globals';

import { findModemInterface, whyUnknown } from '../../../harness/procedures/modem-interface.ts';
import type { ModemInterface } from '../../../harness/rig/modem-interface.ts';
import { testCtx } from '../../support/ctx.ts';
import { fakeRouter } from '../../support/fake-router.ts';

const { ctx } = testCtx();
const one = (name: string, proto: string, disabled = false): ModemInterface => ({ name, proto, disabled });

const findAmong = (...found: ModemInterface[]): Promise<string | undefined> =>
  findModemInterface(ctx, fakeRouter({ modemInterfaces: () => Promise.resolve(found) }));

describe('the interface of the modem', () => {
  it('is the only one that dials, or the likeliest', async () => {
    expect(await findAmong(one('wwan', 'qmi'), one('wan1', 'none'))).toBe('wwan');
    expect(await findAmong(one('wan1', 'dhcp'), one('wan2', 'dhcp'))).toBe('wan1');
    expect(await findAmong(one('wwan', 'qmi'), one('old', '3g', true))).toBe('wwan');
  });

  it('has to be named where two dial', async () => {
    await expect(findAmong(one('wwan', 'qmi'), one('modem', '3g'))).rejects.toMatchObject({
      code: 'rig.many-modem-interfaces',
      message: expect.stringContaining('wwan (qmi), modem (3g)'),
      hint: expect.stringContaining('connection.interface'),
    });
    expect(await findAmong()).toBeUndefined();
  });
});

describe('an interface that netifd does not know', () => {
  const why = (name: string, options: Record<string, string> = {}) =>
    whyUnknown(ctx, {
      name: 'r',
      router: fakeRouter({
        uciSections: () => Promise.resolve([{ path: name, type: 'interface', options }]),
      }),
      connection: { interfaceName: 'wwan', apn: 'internet', probeHost: '8.8.8.8' },
    });

  it.each([
    [
      'is not configured',
      'lan',
      {},
      'rig.no-interface',
      /"wwan"; it has lan$/,
      /uci set network\.wwan=interface/,
    ],
    [
      'is disabled',
      'wwan',
      { disabled: '1' },
      'rig.no-interface',
      /"wwan" is disabled/,
      /uci delete network\.wwan\.dis/,
    ],
    [
      'was not read',
      'wwan',
      {},
      'rig.interface-not-loaded',
      /netifd does not know/,
      /shell r "\/etc\/init\.d\/network re/,
    ],
  ])('%s: it is told, with what to type', async (_what, name, options, code, text, hint) => {
    const { message, ...rest } = await why(name, options);
    expect({ message, ...rest }).toMatchObject({
      code,
      message: expect.stringMatching(text),
      hint: expect.stringMatching(hint),
    });
  });
});
