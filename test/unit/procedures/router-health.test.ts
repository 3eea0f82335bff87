import { describe, expect, it } from '@jest/globals';

import {
  lookAtClock,
  lookAtDisk,
  lookAtPackages,
  lookAtSystem,
} from '../../../harness/procedures/router-health.ts';
import type { ExpectedInterface } from '../../../harness/rig/modem.ts';
import type { DialNeeds, Lacking } from '../../../harness/rig/packages.ts';
import type { Rig } from '../../../harness/rig/rig.ts';
import type { Board } from '../../../harness/rig/router.ts';
import { ec25, scriptedRig } from '../../support/scripted-rig.ts';
import { testCtx } from '../../support/ctx.ts';
import { fakeRouter, resultOf } from '../../support/fake-router.ts';

const BARE = [2, 3, 4].map((number) => ({ number, driver: undefined, nodes: [] }));

const says = (stdout: string) => fakeRouter({ shell: async (_ctx, command) => resultOf(command, stdout) });

/** Busybox's df of a router with a squashfs image; a long device name has a line of its own. */
const df = (
  overlay: number,
  tmp: number,
): string => `Filesystem           1K-blocks      Used Available Use% Mounted on
/dev/root                 2816      2816         0 100% /rom
tmpfs                    61024      1024    ${tmp}   2% /tmp
/dev/mtdblock6           10560     10000    ${overlay}  95% /overlay
overlayfs:/overlay       10560     10000    ${overlay}  95% /
tmpfs                      512         0       512   0% /dev
`;

describe('what runs on a router', () => {
  it.each([
    ['is told', '', { ok: true, found: 'M, OpenWrt 24.10.4, Linux 6.6' }],
    [
      'is no state to rely on while sysupgrade runs',
      '2997 3030\n',
      {
        ok: false,
        found: expect.stringContaining('Linux 6.6; its sysupgrade runs (process 2997)'),
        next: 'wwanlab rigs check r',
      },
    ],
  ])('%s', async (_what, pids, expected) => {
    const { drive } = testCtx();
    const board = { model: 'M', distribution: 'OpenWrt', version: '24.10.4', kernel: '6.6' } as Board;
    const router = fakeRouter({ board: async () => board, shell: async () => resultOf('', pids) });
    const rig = { ...scriptedRig().rig, name: 'r', router };
    expect(await drive((ctx) => lookAtSystem(ctx, rig))).toEqual(expected);
  });
});

describe("a router's disk", () => {
  it.each([
    ['with room', df(560, 60_000), { ok: true, found: '560 KiB free on /overlay, 60000 KiB free on /tmp' }],
    [
      'with a full overlay',
      df(12, 60_000),
      {
        ok: false,
        found: expect.stringContaining('too little on /overlay'),
        next: 'wwanlab shell r "du -akx /overlay | sort -n | tail"',
      },
    ],
    [
      'with a full /tmp',
      df(560, 0),
      {
        ok: false,
        found: expect.stringContaining('too little on /tmp'),
        next: expect.stringContaining('du -akx /tmp'),
      },
    ],
    [
      'that cannot be written',
      `${df(560, 60_000)}read-only\n`,
      { ok: false, found: expect.stringContaining('/etc/config cannot be written') },
    ],
    ['that lists no root', 'tmpfs 61024 1024 60000 2% /tmp\n', { ok: true, found: '60000 KiB free on /tmp' }],
    ['that cannot be asked', 'df: not found\n', { ok: false, found: expect.stringContaining('df printed') }],
  ])('%s', async (_what, stdout, expected) => {
    const { drive } = testCtx();
    expect(await drive((ctx) => lookAtDisk(ctx, { name: 'r', router: says(stdout) }))).toEqual(expected);
  });
});

describe('packages for the modes of a modem', () => {
  const rigThat = (lacks: (needs: DialNeeds) => string[]): Rig => {
    const { rig } = scriptedRig();
    const modes = {
      ...rig.modem.modes,
      mbim: [{ number: 4, purpose: 'MBIM', driver: 'cdc_mbim', nodes: [] }],
    };
    const lacking = (_ctx: unknown, needs: DialNeeds): Promise<Lacking | undefined> => {
      const packages = lacks(needs);
      const install = 'opkg update && opkg install';
      return Promise.resolve(packages.length === 0 ? undefined : { packages, install });
    };
    const router = { ...rig.router, lacking, uciGet: () => Promise.resolve('3g') };
    return { ...rig, modem: { ...rig.modem, modes }, router };
  };

  it('are all there', async () => {
    const { drive } = testCtx();
    const seen = await drive((ctx) =>
      lookAtPackages(
        ctx,
        rigThat(() => []),
      ),
    );
    expect(seen).toEqual({ ok: true, found: 'all for ppp, mbim' });
  });

  it('of a mode that nobody dials with are worth a warning, with the line to type', async () => {
    const { drive } = testCtx();
    const rig = rigThat(({ protocol, drivers }) => [
      ...(drivers.includes('cdc_mbim') ? ['umbim'] : []),
      ...(protocol === 'at' ? ['comgt'] : []),
    ]);
    expect(await drive((ctx) => lookAtPackages(ctx, rig))).toMatchObject({
      ok: true,
      warning: true,
      found: expect.stringMatching(
        /^all for ppp; mbim would need umbim; AT .+ would need comgt \(on.+: opkg update && opkg install umbim comgt\)$/,
      ),
    });
  });

  it('that are only said to be there are told so, and installed again', async () => {
    const { drive } = testCtx();
    const rig = rigThat(() => []);
    const lacking: Lacking = {
      packages: ['chat', 'kmod-usb-serial-qualcomm'],
      unusable: ['kmod-usb-serial-qualcomm'],
      install: 'opkg update && opkg install',
      reinstall: 'opkg update && opkg install --force-reinstall',
    };
    const router = { ...rig.router, lacking: () => Promise.resolve(lacking) };
    const line =
      'opkg update && opkg install chat; opkg update && opkg install --force-reinstall kmod-usb-serial-qualcomm';
    expect(await drive((ctx) => lookAtPackages(ctx, { ...rig, router }))).toMatchObject({
      ok: false,
      found: expect.stringContaining('chat, kmod-usb-serial-qualcomm (installed, but what it brings is not'),
      next: `wwanlab shell scripted "${line}"`,
    });
  });

  it('of the mode that it dials with are needed', async () => {
    const { drive } = testCtx();
    const rig = rigThat(({ protocol }) => (protocol === '3g' ? ['comgt', 'chat'] : []));
    expect(await drive((ctx) => lookAtPackages(ctx, rig))).toMatchObject({
      ok: false,
      code: 'rig.lacks-packages',
      found: expect.stringMatching(/comgt, chat \(.+opkg install comgt chat\)$/),
    });
  });

  it('of a firmware without a package manager come with another image', async () => {
    const { drive } = testCtx();
    const rig = rigThat(() => []);
    const router = { ...rig.router, lacking: () => Promise.resolve({ packages: ['comgt', 'chat'] }) };
    const { found, next } = await drive((ctx) => lookAtPackages(ctx, { ...rig, router }));
    expect(found).toContain('no package manager: flash an image with them built in, or build its own anew');
    expect(found).toContain('PACKAGES="comgt chat"');
    expect(found).not.toMatch(/opkg|apk /);
    expect(next).toBe('wwanlab flash scripted IMAGE');
  });

  it('are awaited once for all modes whose driver takes nothing', async () => {
    const { drive, clock } = testCtx();
    const { rig } = scriptedRig({ usb: [{ ...ec25, interfaces: BARE }] });
    const on = (driver: string): readonly ExpectedInterface[] => [
      { number: 4, purpose: driver, driver, nodes: [] },
    ];
    const modes = { ...rig.modem.modes, qmi: on('qmi_wwan'), mbim: on('cdc_mbim'), ecm: on('cdc_ether') };
    const { found } = await drive((ctx) => lookAtPackages(ctx, { ...rig, modem: { ...rig.modem, modes } }));
    expect(found.match(/has no driver/g)).toHaveLength(4);
    expect(clock.now()).toBeLessThan(6_000);
  });
});

describe("a router's clock", () => {
  it('that was never set is worth a warning, and no more', async () => {
    const { drive, ctx } = testCtx();
    const now = Math.round(ctx.clock.wall().getTime() / 1_000);
    expect(await drive((c) => lookAtClock(c, says(`${now + 20}\n`)))).toEqual({
      ok: true,
      found: 'right, to a minute',
    });
    expect(await drive((c) => lookAtClock(c, says(`${now - 7_200}\n`)))).toMatchObject({
      ok: true,
      warning: true,
      found: expect.stringContaining('2 h slow'),
    });
    expect(await drive((c) => lookAtClock(c, says('date: not found')))).toMatchObject({ ok: false });
  });
});
