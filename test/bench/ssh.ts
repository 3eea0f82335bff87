import ssh2 from 'ssh2';

import type { Ctx } from '../../harness/core/ctx.ts';
import { connectSsh } from '../../harness/transport/ssh.ts';
import { dropbearNeeds, startDropbear, type Dropbear } from '../support/dropbear.ts';
import { has } from '../support/has.ts';
import { realCtx } from '../support/real-ctx.ts';
import { atMost, median, plain, type Figure } from './figure.ts';

const ROUNDS = 4;
const COMMANDS_PER_ROUND = 50;

/** `true` against Debian's dropbear on this machine, by us and by ssh2 as it comes, in turns. */
export async function benchSsh(): Promise<Figure[]> {
  if (!dropbearNeeds.every(has)) {
    process.stderr.write(`SSH commands are not measured: that needs ${dropbearNeeds.join(', ')}\n`);
    return [];
  }
  const dropbear = await startDropbear();
  try {
    return await measure(realCtx(), dropbear);
  } finally {
    await dropbear.stop();
  }
}

async function measure(ctx: Ctx, dropbear: Dropbear): Promise<Figure[]> {
  const before = ctx.clock.now();
  const ssh = await connectSsh(ctx, dropbear.target);
  const connected = ctx.clock.now() - before;
  const bare = await connectBare(dropbear);
  const ours: number[] = [];
  const theirs: number[] = [];
  await times(10, () => ssh.exec(ctx, 'true')); // to warm up
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(...(await times(COMMANDS_PER_ROUND, () => ssh.exec(ctx, 'true'))));
    theirs.push(...(await times(COMMANDS_PER_ROUND, () => bare.exec('true'))));
  }
  await ssh.close();
  bare.end();
  return [
    plain('dropbear: a command, ssh2 as it comes, p50', median(theirs), 'ms'),
    atMost('dropbear: a command, p50', median(ours), 'ms', 4),
    atMost('dropbear: a command, p50, ratio to ssh2 as it comes', median(ours) / median(theirs), '', 0.33),
    plain('dropbear: connection, login included', connected, 'ms'),
    atMost('dropbear: a server that hangs is noticed after', await timeToNotice(ctx, dropbear), 's', 5),
  ];
}

async function times(count: number, f: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await f();
    taken.push(performance.now() - start);
  }
  return taken;
}

/** Stops the server's process for a connection in mid-command; seconds until the typed error, or Infinity. */
async function timeToNotice(ctx: Ctx, dropbear: Dropbear): Promise<number> {
  const ssh = await connectSsh(ctx, dropbear.target);
  const server = Number((await ssh.exec(ctx, 'echo $PPID')).stdout);
  const start = performance.now();
  const command = ssh.exec(ctx, 'sleep 60');
  process.kill(server, 'SIGSTOP');
  const code = await command.then(
    () => undefined,
    (error: { readonly code?: string }) => error.code,
  );
  const took = (performance.now() - start) / 1_000;
  process.kill(server, 'SIGKILL');
  await ssh.close();
  return code === 'ssh.hung' ? took : Infinity;
}

interface BareClient {
  exec(command: string): Promise<void>;
  end(): void;
}

function connectBare({ target }: Dropbear): Promise<BareClient> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    const exec = (command: string): Promise<void> =>
      new Promise((done, failed) => {
        client.exec(command, (error, channel) => {
          if (error) failed(error);
          else channel.on('close', () => done()).resume();
        });
      });
    client.on('ready', () => resolve({ exec, end: () => void client.end() }));
    client.on('error', reject);
    if (!('host' in target)) return;
    const { host, port, user, privateKey } = target;
    client.connect({ host, port, username: user, ...(privateKey === undefined ? {} : { privateKey }) });
  });
}
