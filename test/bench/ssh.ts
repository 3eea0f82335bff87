import ssh2 from 'ssh2';

import type { Ctx } from '../../harness/core/ctx.ts';
import { createOpenwrtRouter } from '../../harness/drivers/openwrt/router.ts';
import { connectSsh } from '../../harness/transport/ssh.ts';
import { isSilence } from '../../harness/procedures/boot.ts';
import { dropbearNeeds, startDropbear, type Dropbear } from '../support/dropbear.ts';
import { has } from '../support/has.ts';
import { realCtx } from '../support/real-ctx.ts';
import { atMost, median, plain, times, type Figure } from './figure.ts';
import { startLabgrid, type Labgrid } from './labgrid.ts';
import { benchTransfer } from './transfer.ts';

const ROUNDS = 4;
const COMMANDS_PER_ROUND = 50;

/** Against Debian's dropbear on this machine, by us, by ssh2 as it comes and by labgrid where it is installed, in turns. */
export async function benchSsh(): Promise<Figure[]> {
  if (!dropbearNeeds.every(has)) {
    process.stderr.write(`SSH is not measured: that needs ${dropbearNeeds.join(', ')}\n`);
    return [];
  }
  const dropbear = await startDropbear();
  const labgrid = startLabgrid('SSH');
  try {
    await labgrid?.openSsh(dropbear.target.port, dropbear.keyFile);
    const ctx = realCtx();
    return [
      ...(await commands(ctx, dropbear, labgrid)),
      ...(await benchTransfer(ctx, dropbear, labgrid)),
      ...(await mishaps(ctx, dropbear, labgrid)),
    ];
  } finally {
    await labgrid?.stop();
    await dropbear.stop();
  }
}

async function commands(ctx: Ctx, dropbear: Dropbear, labgrid: Labgrid | undefined): Promise<Figure[]> {
  const before = ctx.clock.now();
  const ssh = await connectSsh(ctx, dropbear.target);
  const connected = ctx.clock.now() - before;
  const bare = await connectBare(dropbear);
  const ours: number[] = [];
  const framed: number[] = [];
  const theirs: number[] = [];
  const labgrids: number[] = [];
  // To warm up.
  await times(10, () => ssh.exec(ctx, 'true'));
  await times(500, () => ssh.run(ctx, 'true'));
  await labgrid?.run('true', 10);
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(...(await times(COMMANDS_PER_ROUND, () => ssh.exec(ctx, 'true'))));
    framed.push(...(await times(COMMANDS_PER_ROUND, () => ssh.run(ctx, 'true'))));
    theirs.push(...(await times(COMMANDS_PER_ROUND, () => bare.exec('true'))));
    if (labgrid) labgrids.push(...(await labgrid.run('true', COMMANDS_PER_ROUND)));
  }
  await ssh.close();
  bare.end();
  const comparison = labgrid
    ? [
        plain('dropbear: a command, labgrid, p50', median(labgrids), 'ms'),
        plain('dropbear: on a channel of its own, ratio to labgrid', median(ours) / median(labgrids), ''),
        atMost(
          'dropbear: in the shell that stays, ratio to labgrid',
          median(framed) / median(labgrids),
          '',
          0.333,
        ),
      ]
    : [];
  return [
    plain('dropbear: a command, ssh2 as it comes, p50', median(theirs), 'ms'),
    atMost('dropbear: a command in the shell that stays, p50', median(framed), 'ms', 0.5),
    atMost('dropbear: a command on a channel of its own, p50', median(ours), 'ms', 4),
    atMost(
      'dropbear: on a channel of its own, ratio to ssh2 as it comes',
      median(ours) / median(theirs),
      '',
      0.33,
    ),
    ...comparison,
    plain('dropbear: connection, login included', connected, 'ms'),
  ];
}

async function mishaps(ctx: Ctx, dropbear: Dropbear, labgrid: Labgrid | undefined): Promise<Figure[]> {
  const theirs = labgrid ? await labgridHangs(ctx, labgrid) : [];
  return [
    atMost('dropbear: a server that hangs is noticed after', await timeToNotice(ctx, dropbear), 's', 5),
    ...theirs,
    atMost('dropbear: a server that is back is used after', await timeToReturn(ctx, dropbear), 's', 1),
  ];
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

async function labgridHangs(ctx: Ctx, labgrid: Labgrid): Promise<Figure[]> {
  process.stderr.write('measuring how long labgrid waits for a server that hangs: a minute …\n');
  const server = Number(await labgrid.output('echo $PPID'));
  const work = labgrid.hang('sleep 100');
  await ctx.clock.sleep(500);
  process.kill(server, 'SIGSTOP');
  const { seconds, said } = await work;
  process.kill(server, 'SIGKILL');
  return [plain(`dropbear: the same, labgrid, which says "${said}"`, seconds, 's')];
}

/** Kills the server and its connection amid a command; seconds from its return to the next answer. */
async function timeToReturn(ctx: Ctx, dropbear: Dropbear): Promise<number> {
  const router = createOpenwrtRouter({ name: 'dropbear', connect: (c) => connectSsh(c, dropbear.target) });
  const answers = (c: Ctx): Promise<true | undefined> =>
    router.shell(c, 'true').then(
      () => true as const,
      (error: unknown) => {
        if (!isSilence(error)) throw error;
        return undefined;
      },
    );
  const server = Number((await router.shell(ctx, 'echo $PPID')).stdout);
  const command = router.shell(ctx, 'sleep 60').catch(() => undefined);
  await dropbear.kill();
  process.kill(server, 'SIGKILL');
  await command;
  const back = ctx.expect('the server answers again', answers, 60_000, 250);
  await ctx.clock.sleep(3_000);
  await dropbear.restart();
  const start = performance.now();
  await back;
  await router.close();
  return (performance.now() - start) / 1_000;
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
    const { host, port, user, privateKey } = target;
    client.connect({ host, port, username: user, ...(privateKey === undefined ? {} : { privateKey }) });
  });
}
