import { describe, expect } from '@jest/globals';
import type { HarnessError } from '../../harness/core/errors.ts';
import { openSerial } from '../../harness/transport/serial.ts';
import { itWith } from '../support/it-with.ts';
import { openPty } from '../support/pty.ts';
import { realCtx } from '../support/real-ctx.ts';

const withPty = itWith('python3');
const ctx = realCtx();

describe('a serial port', () => {
  withPty('carries bytes both ways, early ones included', async () => {
    const pty = await openPty();
    const port = await openSerial(ctx, { path: pty.path });
    let heard = '';
    const line = new Promise<void>((resolve) => {
      pty.onText((text) => (heard += text).endsWith('\r') && resolve());
    });
    port.write(Buffer.from('AT\r'));
    await line;
    expect(heard).toBe('AT\r');
    pty.send('\r\nOK\r\n');
    let got = '';
    await new Promise<void>((resolve) => {
      port.onBytes((bytes) => {
        got += Buffer.from(bytes).toString('latin1');
        if (got.length >= 6) resolve();
      });
    });
    expect(got).toBe('\r\nOK\r\n');
    expect(await port.setLines({ dtr: true, rts: true })).toBe(false);
    const closed = new Promise((resolve) => port.onClose(resolve));
    port.close();
    expect(await closed).toBeUndefined();
    await pty.unplug();
  });

  withPty('is locked against a second opening', async () => {
    const pty = await openPty();
    const port = await openSerial(ctx, { path: pty.path });
    await expect(openSerial(ctx, { path: pty.path })).rejects.toMatchObject({
      code: 'serial.busy',
      blame: 'rig',
    });
    port.close();
    await pty.unplug();
  });

  withPty('says when it was unplugged', async () => {
    const pty = await openPty();
    const port = await openSerial(ctx, { path: pty.path });
    const closed = new Promise<HarnessError | undefined>((resolve) => port.onClose(resolve));
    await pty.unplug();
    expect(await closed).toMatchObject({ code: 'serial.gone', blame: 'rig', effect: 'unknown' });
  });

  itWith()('says when it is not there', async () => {
    await expect(openSerial(ctx, { path: '/dev/ttyNone9' })).rejects.toMatchObject({
      code: 'serial.missing',
    });
  });
});
