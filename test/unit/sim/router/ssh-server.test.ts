import { beforeAll, describe, expect, it } from '@jest/globals';
import ssh2, { type Client, type ClientChannel, type ConnectConfig } from 'ssh2';
import crypto from 'ssh2/lib/protocol/crypto.js';
import type { Duplex } from 'node:stream';
import type { Fault } from '../../../../harness/sim/faults.ts';
import { createKeyPair } from '../../../../harness/sim/router/host-key.ts';
import { createSshServer, type SshServerOptions } from '../../../../harness/sim/router/ssh-server.ts';
import { createDuplexPair } from '../../../../harness/transport/memory-duplex.ts';
import { createBench, type Bench } from './support.ts';

const hostKey = createKeyPair().private;

interface Rig extends Bench {
  connect(config?: Partial<ConnectConfig>): Promise<Client>;
  readonly sockets: Duplex[];
}

function createRig(
  options: Partial<SshServerOptions> = {},
  flavour?: string,
  faults: readonly Fault[] = [],
): Rig {
  const bench = createBench(flavour, { faults });
  const server = createSshServer({
    machine: () => bench.machine,
    timeline: bench.machine.timeline,
    faults,
    hostKey,
    ...options,
  });
  const sockets: Duplex[] = [];
  return {
    ...bench,
    sockets,
    connect: (config = {}) => {
      const [near, far] = createDuplexPair();
      sockets.push(near);
      server.accept(far);
      const client = new ssh2.Client();
      return new Promise((resolve, reject) => {
        client.once('ready', () => resolve(client)).once('error', reject);
        client.connect({ sock: near, username: 'root', readyTimeout: 0, ...config });
      });
    },
  };
}

interface Result {
  readonly out: string;
  readonly err: string;
  readonly code: number | null | undefined;
  readonly signal: string | undefined;
}

function open(client: Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) =>
    client.exec(command, {}, (error, channel) => (error ? reject(error) : resolve(channel))),
  );
}

function gather(channel: ClientChannel): Promise<Result> {
  let [out, err] = ['', ''];
  let code: number | null | undefined;
  let signal: string | undefined;
  channel.on('data', (data: Buffer) => (out += data.toString()));
  channel.stderr.on('data', (data: Buffer) => (err += data.toString()));
  channel.on('exit', (status: number | null, name?: string) => ([code, signal] = [status, name]));
  return new Promise((resolve) => channel.on('close', () => resolve({ out, err, code, signal })));
}

function closing(client: Client): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

async function exec(client: Client, command: string, stdin?: Uint8Array): Promise<Result> {
  const channel = await open(client, command);
  const result = gather(channel);
  channel.end(stdin);
  return result;
}

// ssh2 compiles its cipher once in a process: real work, which virtual time knows nothing of.
beforeAll(() => crypto.init);

describe('the SSH server of the simulated router', () => {
  it('runs a command, gives its output on the right streams and its exit status', async () => {
    const rig = createRig();
    const result = await rig.clock.drive('exec', async () =>
      exec(await rig.connect(), 'echo out; echo err >&2; exit 7'),
    );
    expect(result).toEqual({ out: 'out\n', err: 'err\n', code: 7, signal: undefined });
  });

  it('takes an upload of binary data through cat, byte for byte', async () => {
    const rig = createRig();
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 255);
    const result = await rig.clock.drive('upload', async () => {
      const client = await rig.connect();
      await exec(client, 'cat > /tmp/fw.bin', bytes);
      return exec(client, 'wc -c < /tmp/fw.bin');
    });
    expect(result.out).toBe('300000\n');
    expect(Buffer.from(rig.machine.files.read('/tmp/fw.bin') ?? []).equals(bytes)).toBe(true);
  });

  it('accepts the right password alone, and logs as dropbear does', async () => {
    const rig = createRig({ rootPassword: 'goodlife' });
    await rig.clock.drive('login', async () => {
      await expect(rig.connect({ password: 'wrong' })).rejects.toThrow('authentication');
      const client = await rig.connect({ password: 'goodlife' });
      const closed = closing(client);
      client.end();
      await closed;
    });
    const texts = rig.machine.log.lines().map((line) =>
      line
        .slice(25)
        .replace(/\[\d+\]/, '[PID]')
        .replaceAll(/:\d{5}/g, ':PORT'),
    );
    expect(texts.filter((text) => text.includes('dropbear'))).toEqual([
      'authpriv.info dropbear[PID]: Child connection from 192.168.1.2:PORT',
      "authpriv.warn dropbear[PID]: Bad password attempt for 'root' from 192.168.1.2:PORT",
      'authpriv.info dropbear[PID]: Exit before auth from <192.168.1.2:PORT>: Exited normally',
      'authpriv.info dropbear[PID]: Child connection from 192.168.1.2:PORT',
      "authpriv.notice dropbear[PID]: Password auth succeeded for 'root' from 192.168.1.2:PORT",
      'authpriv.info dropbear[PID]: Exit (root) from <192.168.1.2:PORT>: Disconnect received',
    ]);
  });

  it('accepts the authorized key and refuses another', async () => {
    const pair = createKeyPair();
    const other = createKeyPair();
    const rig = createRig({ authorizedKey: pair.public });
    const result = await rig.clock.drive('keys', async () => {
      await expect(rig.connect({ privateKey: other.private })).rejects.toThrow('authentication');
      return exec(await rig.connect({ privateKey: pair.private }), 'id -un');
    });
    expect(result.out).toBe('root\n');
    expect(rig.machine.log.lines().join('\n')).toContain(
      "Pubkey auth succeeded for 'root' with ssh-ed25519 key SHA256:",
    );
  });

  it('lets root in with a blank password where none is set', async () => {
    const rig = createRig();
    await rig.clock.drive('blank', () => rig.connect());
    expect(rig.machine.log.lines().at(-1)).toMatch(
      /authpriv\.notice dropbear\[\d+\]: Auth succeeded with blank password for 'root' from 192\.168\.1\.2:\d+$/,
    );
  });

  it('refuses sftp, as OpenWrt does', async () => {
    const rig = createRig();
    await rig.clock.drive('sftp', async () => {
      const client = await rig.connect();
      const answer = new Promise((resolve) => client.sftp((error) => resolve(error)));
      await expect(answer).resolves.toBeInstanceOf(Error);
    });
  });

  it('reads commands line by line on a shell channel, also those that span lines', async () => {
    const rig = createRig();
    const result = await rig.clock.drive('shell', async () => {
      const client = await rig.connect();
      const channel = await new Promise<ClientChannel>((resolve, reject) =>
        client.shell(false, (error, stream) => (error ? reject(error) : resolve(stream))),
      );
      const gathered = gather(channel);
      channel.write('x=3\nfor i in 1 2; do\n');
      channel.write('echo $i-$x\ndone\nread line\nhello\necho "<$line>"\nexit 5\n');
      return gathered;
    });
    expect(result.out).toBe('1-3\n2-3\n<hello>\n');
    expect(result.code).toBe(5);
  });

  it('streams lines as they come and ends the program when the channel is closed', async () => {
    const rig = createRig();
    const seen: string[] = [];
    await rig.clock.drive('follow', async () => {
      const client = await rig.connect();
      const channel = await open(client, 'logread -f');
      channel.on('data', (data: Buffer) => seen.push(data.toString()));
      await rig.clock.sleep(10);
      rig.machine.log.add('user.notice', 'test', 'one');
      await rig.clock.sleep(10);
      expect(seen.join('')).toContain('test: one\n');
      expect((await exec(client, 'pidof logread')).code).toBe(0);
      channel.close();
      await rig.clock.sleep(10);
      expect((await exec(client, 'pidof logread')).code).toBe(1);
      rig.machine.log.add('user.notice', 'test', 'two');
      await rig.clock.sleep(10);
    });
    expect(seen.join('')).not.toContain('two');
  });

  it('ends a program at a signal on its channel', async () => {
    const rig = createRig();
    const result = await rig.clock.drive('signal', async () => {
      const channel = await open(await rig.connect(), 'sleep 1000');
      const gathered = gather(channel);
      await rig.clock.sleep(5);
      channel.signal('TERM');
      return gathered;
    });
    expect(result.code).toBe(143);
    expect(rig.clock.now()).toBeLessThan(1_000);
  });

  it('dies in the middle of the chosen command, and answers on a new connection', async () => {
    const rig = createRig({}, undefined, [{ kind: 'ssh.die', duringCommand: 2 }]);
    await rig.clock.drive('dies', async () => {
      const client = await rig.connect();
      const closed = closing(client);
      client.on('error', () => undefined);
      expect((await exec(client, 'echo 1')).out).toBe('1\n');
      const broken = await exec(client, 'echo 2; sleep 5; touch /tmp/done');
      expect(broken.code).toBeUndefined();
      await closed;
      expect((await exec(await rig.connect(), 'echo 3')).out).toBe('3\n');
    });
    expect(rig.timelineLines.filter((line) => line.includes('"ssh.die"'))).toHaveLength(1);
  });

  it('stops answering at the chosen command with the connection open, new ones included', async () => {
    const rig = createRig({}, undefined, [{ kind: 'ssh.hang', duringCommand: 2 }]);
    await rig.clock.drive('hangs', async () => {
      const client = await rig.connect();
      let closed = false;
      client.once('close', () => (closed = true));
      expect((await exec(client, 'echo 1')).out).toBe('1\n');
      const never = exec(client, 'echo 2').then(() => 'answered');
      const again = rig.connect().then(() => 'connected');
      const patience = rig.clock.sleep(60_000).then(() => 'silence');
      await expect(Promise.race([never, again, patience])).resolves.toBe('silence');
      expect(closed).toBe(false);
    });
  });

  it('names the peer in its last line only where that dropbear does', async () => {
    const rig = createRig({}, 'glinet-2018');
    await rig.clock.drive('old', async () => {
      const client = await rig.connect();
      const closed = closing(client);
      client.end();
      await closed;
    });
    expect(rig.machine.log.lines().at(-1)).toMatch(
      /authpriv\.info dropbear\[\d+\]: Exit \(root\): Disconnect received$/,
    );
  });

  it('carries lines by the thousand', async () => {
    const rig = createRig();
    let lines = 0;
    await rig.clock.drive('day', async () => {
      const channel = await open(await rig.connect(), 'logread -f');
      channel.on('data', (data: Buffer) => {
        for (const byte of data) if (byte === 10) lines++;
      });
      await rig.clock.sleep(10);
      for (let i = 0; i < 8_640; i++) {
        await rig.clock.sleep(1_000);
        rig.machine.log.add('daemon.info', 'pppd[4607]', 'rcvd [LCP EchoRep id=0x1 magic=0x0]');
      }
      await rig.clock.sleep(10);
    });
    expect(lines).toBe(8_640);
  });
});
