import { describe, expect, it } from '@jest/globals';

import { openConsole } from '../../../../harness/drivers/console/console.ts';
import {
  promptAt,
  runInBootloader,
  runOnConsole,
  stopAutoboot,
} from '../../../../harness/procedures/console.ts';
import type { Channel } from '../../../../harness/transport/channel.ts';
import { HarnessError } from '../../../../harness/core/errors.ts';
import { testCtx } from '../../../support/ctx.ts';

/** A serial port whose other end is the test. */
function port() {
  let onBytes: (bytes: Uint8Array) => void = () => undefined;
  let onClose: (error?: HarnessError) => void = () => undefined;
  const typed: string[] = [];
  let heard: (text: string) => void = () => undefined;
  const channel: Channel = {
    name: 'ttyUSB0',
    onBytes: (f) => (onBytes = f),
    onClose: (f) => (onClose = f),
    write: (bytes) => {
      const text = Buffer.from(bytes).toString();
      typed.push(text);
      heard(text);
    },
    close: () => undefined,
  };
  const say = (text: string): void => onBytes(Buffer.from(text));
  return {
    channel,
    typed,
    say,
    unplug: () =>
      onClose(
        new HarnessError('ttyUSB0 has gone away', { code: 'serial.gone', blame: 'rig', effect: 'unknown' }),
      ),
    onTyped: (f: (text: string) => void) => (heard = f),
  };
}

describe('a console', () => {
  it('is read whether anybody waits or not: lines, and a prompt once nothing more comes', async () => {
    const { drive, events } = testCtx();
    const { channel, say } = port();
    await drive(async (ctx) => {
      const console = await openConsole(ctx, { name: 'tty', open: () => Promise.resolve(channel) });
      say('U-Boot 20');
      say('23.01\r\n=> ');
      await ctx.clock.sleep(600, ctx.signal);
      expect(console.recent()).toBe('U-Boot 2023.01\r\n=> ');
      await expect(console.expect(ctx, 'a prompt', /=> $/, 1_000, 'recent')).resolves.toMatchObject({
        text: 'U-Boot 2023.01\r\n=> ',
      });
      await console.close();
    });
    const lines = events().flatMap(({ source, data }) =>
      source === 'console' ? [(data as { line: string }).line] : [],
    );
    expect(lines).toEqual(['U-Boot 2023.01', '=> ']);
  });

  it('matches across pieces, and only what came after the question', async () => {
    const { drive } = testCtx();
    const { channel, say } = port();
    await drive(async (ctx) => {
      const console = await openConsole(ctx, { name: 'tty', open: () => Promise.resolve(channel) });
      say('login: ');
      const seen = console.expect(ctx, 'the prompt', /log(in): $/g, 5_000);
      ctx.clock.after(100, () => say('OpenWrt lo'));
      ctx.clock.after(200, () => say('gin: '));
      expect((await seen).text).toBe('OpenWrt login: ');
      await console.close();
    });
  });

  it('says what it showed instead, and that a wrong baud rate looks like this', async () => {
    const { drive } = testCtx();
    const { channel, say } = port();
    await drive(async (ctx) => {
      const console = await openConsole(ctx, { name: 'tty', open: () => Promise.resolve(channel) });
      const silent = console.expect(ctx, 'a prompt', /=> $/, 1_000);
      await expect(silent).rejects.toMatchObject({
        code: 'console.not-seen',
        hint: expect.stringMatching(/RX and TX/),
      });
      const noise = console.expect(ctx, 'a prompt', /=> $/, 1_000);
      say('\u0000\u00fe\u0001x\u0015\u0080\u0002~'.repeat(10));
      await expect(noise).rejects.toMatchObject({ hint: expect.stringMatching(/baud rate/) });
      const other = console.expect(ctx, 'a prompt', /=> $/, 1_000);
      say('Kernel panic - not syncing\r\n');
      await expect(other).rejects.toMatchObject({
        message: expect.stringMatching(/Kernel panic/),
        blame: 'rig',
      });
      await console.close();
    });
  });

  it('marks a gap where the port went away, and goes on when it is back', async () => {
    const { drive, events } = testCtx();
    const first = port();
    const second = port();
    let opened = 0;
    await drive(async (ctx) => {
      const open = async (): Promise<Channel> => {
        opened++;
        if (opened === 2) throw new Error('not there yet');
        return opened === 1 ? first.channel : second.channel;
      };
      const console = await openConsole(ctx, { name: 'tty', open });
      const waiting = console.expect(ctx, 'a prompt', /=> $/, 60_000);
      first.unplug();
      await expect(waiting).rejects.toMatchObject({ code: 'console.lost' });
      await expect(console.write(ctx, 'x')).rejects.toMatchObject({ code: 'console.lost' });
      await ctx.clock.sleep(2_500, ctx.signal);
      const again = console.expect(ctx, 'a line', /hello/, 1_000);
      second.say('hello\n');
      await again;
      await console.close();
    });
    const kinds = events()
      .filter(({ source }) => source === 'console')
      .map(({ kind }) => kind);
    expect(kinds).toEqual(['gap', 'back', 'line']);
  });
});

describe('what is done on a console', () => {
  it('runs a command between marks that its echo lacks', async () => {
    const { drive } = testCtx();
    const { channel, say, onTyped } = port();
    onTyped((text) => {
      say(`${text}\n`); // the echo, as the terminal wraps it
      const id = /begin-([0-9a-f]+)/.exec(text)?.[1];
      if (!id)
        say('root@OpenWrt:/# [   12.5] br-lan: up\r\n'); // the kernel speaks in between
      else say(`wwanlab-begin-${id}\r\nline one\r\nfalse: no\r\nwwanlab-end-${id} 1\r\nroot@OpenWrt:/# `);
    });
    await drive(async (ctx) => {
      const console = await openConsole(ctx, { name: 'tty', open: () => Promise.resolve(channel) });
      expect(await runOnConsole(ctx, console, 'false')).toEqual({
        exitCode: 1,
        output: 'line one\nfalse: no\n',
      });
      await expect(runOnConsole(ctx, console, 'x'.repeat(500))).rejects.toMatchObject({
        code: 'console.line-too-long',
      });
      await console.close();
    });
  });

  it('waits for the shell that Enter starts: what is typed before its prompt is dropped', async () => {
    const { drive } = testCtx();
    const { channel, say, typed, onTyped } = port();
    await drive(async (ctx) => {
      const console = await openConsole(ctx, { name: 'tty', open: () => Promise.resolve(channel) });
      // As OpenWrt's askfirst and ash have it; a slow router is seconds behind.
      let shell: 'none' | 'starts' | 'waits' = 'none';
      onTyped((text) => {
        if (shell === 'none') {
          shell = 'starts';
          ctx.clock.after(4_000, () => {
            shell = 'waits';
            say('\r\n\r\nBusyBox v1.37.0 built-in shell (ash)\r\n\r\nroot@OpenWrt:~# ');
          });
        }
        const id = /begin-([0-9a-f]+)/.exec(text)?.[1];
        if (shell === 'waits' && id)
          say(`${text}\nwwanlab-begin-${id}\r\nwwanlab-end-${id} 0\r\nroot@OpenWrt:~# `);
      });
      expect(await runOnConsole(ctx, console, 'true')).toEqual({ exitCode: 0, output: '' });
      await runOnConsole(ctx, console, 'true');
      expect(typed.filter((text) => text === '\r')).toHaveLength(1);
      shell = 'starts';
      say('\r\nOpenWrt login: ');
      await expect(runOnConsole(ctx, console, 'true', 600_000)).rejects.toMatchObject({
        code: 'console.not-seen',
        data: { limitMs: 30_000, what: "a shell's prompt" },
      });
      await console.close();
    });
  });

  it("stops U-Boot's countdown and runs commands there", async () => {
    const { drive } = testCtx();
    const { channel, say, typed, onTyped } = port();
    let stopped = false;
    onTyped((text) => {
      if (text === '\u0003') say('<INTERRUPT>\r\n=> ');
      else if (text === ' ' && stopped) say(' ');
      else if (text.endsWith('\r')) say(`${text}\nbootdelay=2\r\n=> `);
    });
    await drive(async (ctx) => {
      const console = await openConsole(ctx, { name: 'tty', open: () => Promise.resolve(channel) });
      ctx.clock.after(1_000, () => say('U-Boot\r\nHit any key to stop autoboot:  2 '));
      ctx.clock.after(1_060, () => {
        stopped = true;
        say('\b\b\b 0 \r\n=> ');
      });
      await stopAutoboot(ctx, console);
      expect(typed.at(-1)).toBe('\u0003');
      expect(await runInBootloader(ctx, console, 'printenv bootdelay')).toBe('bootdelay=2');
      await console.close();
    });
  });

  it.each([
    ['Hit any key to stop autoboot:  2 \b\b\b 1 ', 'autoboot'],
    ['Bad Data Hash\r\n*** BOOT FAILED\r\n=> ', 'bootloader'],
    ['\r\nath> ', 'bootloader'],
    ['\r\nMT7621 # ', 'bootloader'],
    ['\r\nPlease press Enter to activate this console.\r\n', 'login'],
    ['\r\nOpenWrt login: ', 'login'],
    ['BusyBox v1.36.1 built-in shell (ash)\r\n\r\nroot@OpenWrt:/# \u001b[6n', 'shell'],
    ['Press the [f] key and hit [enter]\r\n- failsafe -\r\nroot@(none):/# ', 'failsafe'],
    ['\r\nar7100> ', 'bootloader'],
    ['\r\nAR7241# ', 'bootloader'],
    ['\r\n(IPQ40xx) # ', 'bootloader'],
    ['\r\nVR9 # ', 'bootloader'],
    ['\r\nMarvell>> ', 'bootloader'],
    ['\r\nIPQ6018# ', 'bootloader'],
    ['\r\n/ # ', 'shell'],
    ['Hit any key to interrupt autoboot:  3 ', 'autoboot'],
    ['Press SPACE to abort autoboot in 3 seconds', 'autoboot'],
    ['Enter magic string to stop autoboot in 1 seconds', 'autoboot'],
    ['[    4.1] init: - preinit -\r\n', undefined],
    ['', undefined],
  ])('knows where the router is by %j', (text, prompt) => {
    expect(promptAt(text)).toBe(prompt);
  });
});
