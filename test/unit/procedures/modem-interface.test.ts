import { describe, expect, it } from '@jest/globals';

import { findModemInterface } from '../../../harness/procedures/modem-interface.ts';
import type { ModemInterface } from '../../../harness/rig/modem-interface.ts';
import { testCtx } from '../../support/ctx.ts';
import { fakeRouter } from '../../support/fake-router.ts';

const { ctx } = testCtx();
const one = (name: string, proto: string, disabled = false): ModemInterface => ({ name, proto, disabled });

const findAmong = (...found: ModemInterface[]): Promise<string> =>
  findModemInterface(
    ctx,
    fakeRouter({
      modemInterfaces: () => Promise.resolve(found),
      uciSections: () => Promise.resolve([{ path: 'lan', type: 'interface', options: {} }]),
    }),
  );

describe('the interface of the modem', () => {
  it('is the only one that dials, or the likeliest', async () => {
    expect(await findAmong(one('wwan', 'qmi'), one('wan1', 'none'))).toBe('wwan');
    expect(await findAmong(one('wan1', 'dhcp'), one('wan2', 'dhcp'))).toBe('wan1');
    expect(await findAmong(one('wwan', 'qmi'), one('old', '3g', true))).toBe('wwan');
  });

  it('has to be named where two dial, or none is there', async () => {
    await expect(findAmong(one('wwan', 'qmi'), one('modem', '3g'))).rejects.toMatchObject({
      code: 'rig.many-modem-interfaces',
      message: expect.stringContaining('wwan (qmi), modem (3g)'),
      hint: expect.stringContaining('connection.interface'),
    });
    await expect(findAmong()).rejects.toMatchObject({
      code: 'rig.no-modem-interface',
      message: expect.stringContaining('there are lan'),
    });
  });
});
