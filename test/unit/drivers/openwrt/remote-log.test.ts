import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { createRemoteLog } from '../../../../harness/drivers/openwrt/remote-log.ts';
import type { SyslogArrivals, SyslogPort } from '../../../../harness/drivers/syslog/port.ts';
import type { Undo, UndoJournal } from '../../../../harness/rig/undo.ts';
import { testCtx } from '../../../support/ctx.ts';
import { resultOf } from '../../../support/fake-router.ts';
import { temporaryFolder } from '../../../support/cli.ts';
import { guestRoot, hasBusybox, shell as run } from '../../virtual/guest/shell.ts';

/** A router whose log reaches us or does not, a journal, and in which order things happened. */
function scene({ reaches = true, from = '192.168.1.1' } = {}) {
  const happened: string[] = [];
  let arrivals: SyslogArrivals | undefined;
  const say = (text: string, sender = from): void =>
    arrivals?.datagram(Buffer.from(`<13>Nov 22 08:51:47 OpenWrt ${text}`), sender);
  const port: SyslogPort = {
    protocol: 'udp',
    listen: async (given) => {
      arrivals = given;
      return { port: 5_514, dropped: () => 0, close: async () => void happened.push('closed') };
    },
  };
  const shell = async (_ctx: unknown, script: string) => {
    const mark = /logger -t wwanlab '(.*)'/.exec(script)?.[1];
    if (mark !== undefined && reaches) say(`wwanlab: ${mark}`);
    if (script.includes('SSH_CONNECTION')) return resultOf(script, '192.168.1.2 40000 192.168.1.1 22\n');
    if (script.includes('uci show')) {
      const section = 'system.@system[0]';
      return resultOf(
        script,
        `${section}=system\n${section}.log_ip='10.0.0.9'\n${section}.log_proto='tcp'\n`,
      );
    }
    if (script.includes('uci -q batch')) happened.push(script);
    return resultOf(script, '');
  };
  let noted: Undo | undefined;
  const journal: UndoJournal = {
    note: (_thing, undo) => {
      happened.push('noted');
      noted = undo;
    },
    noted: () => noted,
    done: () => void happened.push('done'),
    forget: () => undefined,
    keep: () => undefined,
  };
  const log = createRemoteLog({ router: { shell }, port, journal });
  return { log, happened, say, undo: () => noted };
}

const HERE = expect.stringContaining("'set system.@system[0].log_ip=192.168.1.2'");
const BEFORE = expect.stringMatching(
  /'set \S+log_ip=10\.0\.0\.9' 'delete \S+log_port' 'set \S+log_proto=tcp'.* 'commit system' \| uci -q batch; .+; sync; \/etc\/init\.d\/log reload$/,
);

describe("a router's log over the network", () => {
  it('is asked for after it was noted how that is undone, and undone by a line of the same shell', async () => {
    const { log, happened, undo } = scene();
    await testCtx().drive(async (ctx) => (await log.follow(ctx, () => undefined)).stop());
    expect(happened).toEqual(['noted', HERE, BEFORE, 'done', 'closed']);
    expect(undo()).toEqual({ kind: 'shell', line: BEFORE });
  });

  it('that does not come is told with its cause and what to do; the router is as it was', async () => {
    const { log, happened } = scene({ reaches: false });
    const { drive } = testCtx();
    await expect(drive((ctx) => log.follow(ctx, () => undefined))).rejects.toMatchObject({
      code: 'syslog.silent',
      message: expect.stringContaining('192.168.1.2, port 5514'),
      hint: expect.stringContaining('firewall'),
    });
    expect(happened).toEqual(['noted', HERE, BEFORE, 'done', 'closed']);
  });

  it('leaves out what other devices send to the same port, and says once that they do', async () => {
    const { log, say } = scene();
    const lines: string[] = [];
    const { drive, events } = testCtx();
    await drive(async (ctx) => {
      const following = await log.follow(ctx, (line) => lines.push(line));
      say('netifd: ours');
      say('netifd: not ours', '192.168.1.77');
      say('netifd: not ours either', '192.168.1.77');
      await following.stop();
    });
    expect(lines.join('\n')).toContain('netifd: ours');
    expect(lines.join('\n')).not.toContain('not ours');
    expect(events().filter(({ kind }) => kind === 'stranger')).toHaveLength(1);
  });

  (hasBusybox ? it : it.skip)(
    'takes and gives back its own options alone: what others stage stays staged',
    async () => {
      const { log, happened } = scene();
      await testCtx().drive(async (ctx) => (await log.follow(ctx, () => undefined)).stop());
      const [point, back] = happened.filter((line) => line.includes('uci -q batch'));
      const folder = temporaryFolder();
      const config = join(folder.path, 'config');
      for (const path of [config, join(folder.path, '.uci')]) mkdirSync(path);
      writeFileSync(join(config, 'system'), "config system\n\toption log_ip '10.0.0.9'\n");
      const uci = `uci() { UCI_CONFIG_DIR=${config} UCI_SAVE_DIR=${folder.path}/.uci busybox awk -f ${guestRoot}/lib/uci/uci.awk -- "$@"; }\n`;
      const onRouter = (script = ''): string =>
        run(uci + script.replaceAll('/tmp/', `${folder.path}/`).replaceAll('/etc/init.d/log', 'true')).stdout;
      const committed = (): string => readFileSync(join(config, 'system'), 'utf8');
      onRouter('uci set system.@system[0].hostname=tried; uci set system.@system[0].log_ip=10.1.1.1');
      const staged = onRouter('uci changes');
      expect(staged).toContain("hostname='tried'");
      onRouter(point);
      expect(committed()).toContain("log_ip '192.168.1.2'");
      onRouter('uci set system.@system[0].timezone=UTC');
      onRouter(back);
      expect(committed()).toMatch(
        /^\nconfig system\n\toption log_ip '10\.0\.0\.9'\n\toption log_proto 'tcp'\n\n?$/,
      );
      expect(onRouter('uci changes')).toMatch(
        new RegExp(`^${escape(staged)}system\\.\\w+\\.timezone='UTC'\\n$`),
      );
      folder.remove();
    },
  );
});

const escape = (text: string): string => text.replaceAll(/[.[\]]/g, '\\$&');
