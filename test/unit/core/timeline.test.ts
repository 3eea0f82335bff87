import { describe, expect, it } from '@jest/globals';

import { testCtx } from '../../support/ctx.ts';

describe('the timeline', () => {
  it('writes a step down before it happens', async () => {
    const { ctx, events, drive } = testCtx();
    await drive(() =>
      ctx.timeline.span('dial', { apn: 'internet' }, async () => {
        expect(events()).toMatchObject([{ seq: 1, source: 'step', kind: 'begin', data: { title: 'dial' } }]);
        ctx.timeline.add('probe', 'reply', { seq: 0 });
        await ctx.clock.sleep(1_500);
      }),
    );
    expect(events()).toMatchObject([
      { seq: 1, at: 0, kind: 'begin' },
      { seq: 2, at: 0, kind: 'reply', span: 1 },
      { seq: 3, at: 1_500, kind: 'end', span: 1, data: { ok: true, tookMs: 1_500 } },
    ]);
  });

  it('records why a step failed and leaves the span', async () => {
    const { ctx, events } = testCtx();
    const failed = ctx.timeline.span('dial', undefined, () => Promise.reject(new Error('no carrier')));
    await expect(failed).rejects.toThrow('no carrier');
    ctx.timeline.add('check', 'after');
    expect(events()[1]).toMatchObject({ kind: 'end', data: { ok: false, message: 'no carrier' } });
    expect(events()[2]).not.toHaveProperty('span');
  });

  it.each([
    ['an IMEI', '356938035643809'],
    ['an IMSI', '310260123456789'],
    ['an ICCID', '8901260123456789012F'],
    ['a PIN in a command', 'AT+CPIN="4711"'],
    ['an unlock code', 'AT!ENTERCND="A710"'],
    ['who logs in to a context', 'AT$QCPDPP=1,2,"seCret","user"'],
    ['the same to a Quectel modem', 'AT+QICSGP=1,1,"internet","user","seCret",1'],
    ['a password in a configuration', "network.wwan.password='hunter22'"],
    ['a PIN in a configuration', "option pincode '4711'=4711; pincode=4711"],
    ['a literal secret of the rig', 'the word is s3cr3t-of-this-rig.'],
  ])('never lets %s in', (_what, text) => {
    const { ctx, events } = testCtx({ secrets: ['s3cr3t-of-this-rig'] });
    ctx.timeline.add('router.log', 'line', { line: text, nested: [{ line: text }] });
    const written = JSON.stringify(events());
    const secret = /35693|31026|89012|4711"?$|A710|hunter|s3cr3t/;
    expect(written).not.toMatch(secret);
    expect(written).toContain('redacted');
  });

  it('hides whatever stands under a secret name', () => {
    const { ctx, events } = testCtx();
    ctx.timeline.add('at', 'reply', { imei: '1', password: 'abc', iccid: 8901260123456789, host: 'x' });
    expect(events()[0]?.data).toEqual({
      imei: '‹redacted›',
      password: '‹redacted›',
      iccid: '‹redacted›',
      host: 'x',
    });
  });

  it('leaves ordinary log lines alone', () => {
    const { ctx, events } = testCtx();
    const lines = [
      'Sun Nov 22 09:35:33 2026 daemon.info pppd[4607]: Sent 90740877 bytes, received 878872777 bytes.',
      'required pin: 2 - pin1',
      '64 bytes from 8.8.8.8: seq=0 ttl=58 time=12.382 ms',
      '[ 1090.134938] usb 1-2: New USB device found, idVendor=1199, idProduct=9071, bcdDevice= 0.06',
    ];
    for (const line of lines) ctx.timeline.add('router.log', 'line', { line });
    expect(events().map((event) => (event.data as { line: string }).line)).toEqual(lines);
  });
});
