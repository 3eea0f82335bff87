import type { Duplex } from 'node:stream';
import ssh2, { type Connection, type ServerChannel, type ServerConfig } from 'ssh2';
import { createKeyPair } from '../../harness/sim/router/host-key.ts';
import { fingerprintOf } from '../../harness/transport/ssh/host-key.ts';
import { createDuplexPair } from '../../harness/transport/memory-duplex.ts';

/** What a test's server does with the n-th command, counted from 1. */
export interface ServerScript {
  /** Answers a command; the channel is the test's to close. */
  readonly run: (channel: ServerChannel, command: string, n: number, connection: Connection) => void;
  /** True: the n-th exec request is refused. */
  readonly refuse?: (n: number) => boolean;
  /** It asks for the password in a dialogue, as PAM does, and not otherwise. */
  readonly dialogue?: boolean;
  /** How it is set up otherwise than ssh2's server as it comes. */
  readonly config?: Partial<ServerConfig>;
}

// An ssh2 server pings its clients every 15 s of real time; nothing else switches that off.
ssh2.Server.KEEPALIVE_CLIENT_INTERVAL = 0;

export const PASSWORD = 'open sesame';
export const key = createKeyPair();
export const hostKey = fingerprintOf((ssh2.utils.parseKey(key.public) as ssh2.ParsedKey).getPublicSSH());

/** An ssh2 server that takes root with the password above. */
export function createTestServer({ run, refuse, dialogue = false, config }: ServerScript): {
  readonly server: ssh2.Server;
  /** Plugs a new connection in memory in; the server's end can be cut by the test. */
  plug(): { readonly socket: Duplex; readonly far: Duplex };
} {
  let n = 0;
  const server = new ssh2.Server({ hostKeys: [key.private], ...config }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (ask) => {
      const decide = (password: string | undefined): void =>
        password === PASSWORD ? ask.accept() : ask.reject([dialogue ? 'keyboard-interactive' : 'password']);
      if (dialogue && ask.method === 'keyboard-interactive') {
        ask.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => decide(answer));
      } else decide(!dialogue && ask.method === 'password' ? ask.password : undefined);
    });
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, reject, { command }) => {
        if (command === 'exec sh')
          return serveShell(acceptExec(), (channel, line) => run(channel, line, ++n, connection));
        n++;
        if (refuse?.(n)) reject();
        else run(acceptExec(), command, n, connection);
      });
    });
  });
  return {
    server,
    plug() {
      const [socket, far] = createDuplexPair();
      server.injectSocket(far as never);
      return { socket, far };
    },
  };
}

/** A shell that stays, as the client frames its commands: each is answered by the test as one on a channel of its own. */
function serveShell(shell: ServerChannel, run: (channel: ServerChannel, command: string) => void): void {
  shell.on('data', (line: Buffer) => {
    const [, quoted = '', mark = ''] =
      /\(trap - PIPE; eval '([^]*)'\) <\/dev\/null .*?; echo (\S+) /.exec(line.toString()) ?? [];
    let code = 0;
    const answer = {
      write: (text: string | Uint8Array) => shell.write(text),
      exit: (given: number) => void (code = given),
      end: () => {
        shell.write(`${mark} ${code}\n`);
        shell.stderr.write(`${mark} 1\n`); // nobody is left
      },
    };
    run(answer as unknown as ServerChannel, quoted.replaceAll("'\\''", "'"));
  });
}

/** Answers and closes. */
export function reply(channel: ServerChannel, stdout: string | Uint8Array, code = 0): void {
  channel.write(stdout);
  channel.exit(code);
  channel.end();
}
