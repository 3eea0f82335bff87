import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openConsole } from '../../harness/drivers/console/console.ts';
import { serveTftp } from '../../harness/drivers/bootloader/tftp-server.ts';
import { bootloader } from '../../harness/lab/bootloader-schema.ts';
import { openBootloader } from '../../harness/lab/open-bootloader.ts';
import { writeFromBootloader } from '../../harness/procedures/rescue-over-tftp.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import type { Channel } from '../../harness/transport/channel.ts';
import { temporaryFolder } from '../support/cli.ts';
import { itWith } from '../support/it-with.ts';
import { realCtx, recordedRealCtx } from '../support/real-ctx.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const HOST = '127.0.0.1';
const image = randomBytes(300_001);

/** A program's exit code and what it wrote. */
function run(program: string, args: readonly string[]): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: folder.path });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += String(bytes)));
    child.on('close', (code) => resolve({ code, said }));
  });
}

const curl = (url: string, ...more: readonly string[]) =>
  run('curl', ['--silent', '--show-error', '--max-time', '20', ...more, url]);

const fetched = (name: string): Buffer => readFileSync(join(folder.path, name));

describe('the TFTP server', () => {
  it('leaves no socket where it is closed while it accepts a request', async () => {
    const ctx = realCtx();
    const request = Buffer.from('\0\u0001a.img\0octet\0', 'latin1');
    const client = createSocket('udp4');
    const open = (): number => process.getActiveResourcesInfo().filter((one) => one === 'UDPWRAP').length;
    for (let round = 0; round < 20; round++) {
      const server = await serveTftp(ctx, { host: HOST, port: 0, name: 'a.img', file: image });
      await new Promise<void>((resolve) => client.send(request, server.port, HOST, () => resolve()));
      for (let turn = 0; turn < round % 4; turn++) await new Promise((resolve) => setImmediate(resolve));
      await server.close();
      await new Promise((resolve) => setImmediate(resolve));
      expect(open()).toBeLessThanOrEqual(1); // the client's
    }
    await new Promise<void>((resolve) => client.close(() => resolve()));
  });

  itWith('curl')('serves curl, with options and without', async () => {
    const { ctx, events } = recordedRealCtx();
    const server = await serveTftp(ctx, { host: HOST, port: 0, name: 'a.img', file: image });
    const url = `tftp://${HOST}:${server.port}`;
    for (const more of [[], ['--tftp-no-options'], ['--tftp-blksize', '1468']]) {
      const { said, code } = await curl(`${url}/a.img`, '--output', 'a.img', ...more);
      expect([code, said]).toEqual([0, '']);
      expect(fetched('a.img').equals(image)).toBe(true);
    }
    expect((await curl(`${url}/b.img`)).code).toBe(68); // CURLE_TFTP_NOTFOUND
    const upload = ['--upload-file', join(folder.path, 'a.img')];
    expect((await curl(`${url}/a.img`, ...upload)).code).toBe(69); // CURLE_TFTP_PERM
    await server.close();
    const seen = events().filter(({ source }) => source === 'tftp');
    expect(seen.map(({ kind }) => kind)).toEqual(['sent', 'sent', 'sent', 'refused', 'refused']);
  });

  itWith('busybox')("serves busybox' tftp, which many boot loaders' recovery systems have", async () => {
    const server = await serveTftp(realCtx(), { host: HOST, port: 0, name: 'a.img', file: image });
    const args = ['tftp', '-g', '-b', '1400', '-r', 'a.img', '-l', 'bb.img', HOST, String(server.port)];
    const { code } = await run('busybox', args);
    await server.close();
    expect(code).toBe(0);
    expect(fetched('bb.img').equals(image)).toBe(true);
  });

  it('says what stands in its way where it cannot listen', async () => {
    const taken = await serveTftp(realCtx(), { host: HOST, port: 0, name: 'a', file: image });
    const again = { host: HOST, port: taken.port, name: 'a', file: image };
    await expect(serveTftp(realCtx(), again)).rejects.toMatchObject({
      code: 'socket.in-use',
      hint: expect.stringContaining('ss -ulpn'),
    });
    const elsewhere = serveTftp(realCtx(), { ...again, host: '192.0.2.1' });
    await expect(elsewhere).rejects.toMatchObject({ code: 'socket.cannot-listen' });
    await taken.close();
  });
});

/** Commands of an AR9331's boot loader, as GL.iNet's have them; `tftpboot` really asks for the file. */
function scriptedBootLoader(port: number, garbled = false): Channel {
  let say: (bytes: Uint8Array) => void = () => undefined;
  const print = (text: string): void => say(Buffer.from(text.replaceAll('\n', '\r\n')));
  const answer = async (line: string): Promise<string> => {
    const [command, , file = ''] = line.split(' ');
    if (command === 'tftpboot') {
      const { code, said } = await curl(`tftp://${HOST}:${port}/${file}`, '--output', 'loaded.img');
      if (code !== 0) return `TFTP error: '${said.trim()}'\n`;
      const { length } = fetched('loaded.img');
      return `Bytes transferred = ${length - (garbled ? 1 : 0)} (${length.toString(16)} hex)\n`;
    }
    if (command === 'erase') return 'Erasing flash... done\nErased 5 sectors\n';
    if (command === 'cp.b') return 'Copy to Flash... done\n';
    return `Unknown command '${command}' - try 'help'\n`;
  };
  return {
    name: 'scripted',
    onBytes: (f) => (say = f),
    onClose: () => undefined,
    write: (bytes) => {
      const line = Buffer.from(bytes).toString().trimEnd();
      void answer(line).then((text) => print(`${line}\n${text}ar7240> `));
    },
    close: () => undefined,
  };
}

describe("a rig file's boot loader", () => {
  const commands = [
    { run: 'tftpboot 0x80060000 {file}', shows: 'Bytes transferred = {length} ' },
    { run: 'erase 0x9f050000 +0x{hexLength}', shows: 'Erased', writes: true },
    { run: 'cp.b 0x80060000 0x9f050000 0x{hexLength}' },
  ];

  async function write(more: readonly { readonly run: string }[] = [], garbled = false): Promise<void> {
    const ctx = realCtx();
    const { port } = await freePort();
    const values = bootloader.parse({ host: HOST, port, commands: [...commands, ...more] });
    const channel = scriptedBootLoader(port, garbled);
    const console = await openConsole(ctx, { name: 'tty', open: () => Promise.resolve(channel) });
    const tftpRescue = openBootloader(ctx, values);
    try {
      await writeFromBootloader(ctx, { id: 'bench', console, tftpRescue } as unknown as Rig, image);
    } finally {
      await console.close();
    }
  }

  async function freePort(): Promise<{ readonly port: number }> {
    const server = await serveTftp(realCtx(), { host: HOST, port: 0, name: 'x', file: image });
    await server.close();
    return server;
  }

  itWith('curl')('loads the image from here and writes it with the commands of its board', async () => {
    await write();
    expect(fetched('loaded.img').equals(image)).toBe(true);
  });

  itWith('curl')(
    'is told to be wrong where it does not show what it should, and whether the flash is whole',
    async () => {
      await expect(write([], true)).rejects.toMatchObject({
        code: 'rescue.step-failed',
        effect: 'none',
        message: expect.stringMatching(
          /`tftpboot 0x80060000 wwanlab.img` printed\nBytes transferred = 300000 /,
        ),
      });
      await expect(write([{ run: 'verify' }])).rejects.toMatchObject({
        code: 'rescue.step-failed',
        effect: 'unknown',
        message: expect.stringContaining("Unknown command 'verify'"),
      });
    },
  );

  it('needs commands that load and that write, and knows all words in braces', () => {
    const problems = (values: unknown): string =>
      bootloader
        .safeParse({ host: HOST, commands: values })
        .error?.issues.map(({ message }) => message)
        .join() ?? '';
    expect(problems(commands.slice(1))).toContain('one of which loads {file}');
    expect(problems([commands[0], { run: 'reset' }])).toContain('one of which has writes: true');
    expect(problems([...commands, { run: 'go {adress}' }])).toContain('{file}, {host}, {length}');
  });
});
