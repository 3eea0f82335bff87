import { describe, expect, it } from '@jest/globals';
import { createRng } from '../../../../harness/core/chance.ts';
import { createRedactor } from '../../../../harness/core/redact.ts';
import { Timeline } from '../../../../harness/core/timeline.ts';
import { createVirtualClock } from '../../../../harness/core/virtual-clock.ts';
import { boardById } from '../../../../harness/sim/router/boards/index.ts';
import { flavourById, flavours } from '../../../../harness/sim/router/flavours/index.ts';
import { createKeyPair } from '../../../../harness/sim/router/host-key.ts';
import { createRouter } from '../../../../harness/sim/router/router.ts';
import { createDuplexPair } from '../../../../harness/transport/memory-duplex.ts';

const hostKey = createKeyPair().private;

function createRouterAlone(flavour = 'glinet-2018') {
  const clock = createVirtualClock();
  const router = createRouter({
    clock,
    rng: createRng(7),
    timeline: new Timeline({ clock, redact: createRedactor(), write: () => undefined }),
    flavour: flavourById(flavour),
    board: boardById('gl-mifi-2.5'),
    modem: { usb: undefined, onUsb: () => () => undefined, openPort: () => undefined },
    faults: [],
    network: { apn: 'internet', auto: false },
    hostKey,
  });
  const sh = async (script: string): Promise<string> => {
    const { stdout, stderr } = await clock.drive(script, () => router.capture(script));
    return stdout + stderr;
  };
  return { clock, router, sh };
}

describe('the simulated router', () => {
  it.each(Object.keys(flavours))('%s boots, knows what it is and answers ubus', async (id) => {
    const { sh, router } = createRouterAlone(id);
    const { release } = router.machine.flavour;
    expect(await sh('. /etc/openwrt_release; echo $DISTRIB_TARGET')).toBe(`${release.target}\n`);
    expect(await sh("ubus call system board | jsonfilter -e '@.kernel'")).toBe(
      `${router.machine.flavour.kernel}\n`,
    );
    const { modemInterface, modemProtocol } = router.machine.flavour;
    expect(await sh(`uci get network.${modemInterface}.proto`)).toBe(`${modemProtocol}\n`);
  });

  it('keeps /etc and loses /tmp, the log and its boot id in a reboot', async () => {
    const { clock, router, sh } = createRouterAlone();
    const before = await sh('cat /proc/sys/kernel/random/boot_id');
    expect(before).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/);
    await sh(
      'echo 1 > /etc/kept; echo 1 > /tmp/lost; uci set system.@system[0].hostname=x; uci commit; logger lost',
    );
    await sh('reboot');
    await clock.drive('boot', () => clock.sleep(60_000));
    expect(await sh('cat /etc/kept; ls /tmp/lost; logread | grep -c lost; hostname')).toBe(
      '1\n0\nx\nls: /tmp/lost: No such file or directory\n',
    );
    expect(await sh('cat /proc/sys/kernel/random/boot_id')).not.toBe(before);
    expect(clock.now() - router.machine.bootedAt).toBeLessThan(60_000);
  });

  it('refuses connections while it boots and breaks those that were open', async () => {
    const { clock, router } = createRouterAlone();
    const [near, far] = createDuplexPair();
    router.accept(far);
    const lost = new Promise((resolve) => near.once('close', resolve));
    near.on('error', () => undefined).resume();
    await clock.drive('break', async () => {
      router.reboot();
      await lost;
      const [again, refused] = createDuplexPair();
      again.on('error', () => undefined).resume();
      const closed = new Promise((resolve) => again.once('close', resolve));
      router.accept(refused);
      await closed;
    });
    expect(clock.now()).toBe(0);
  });

  it('has the same boot id for the same seed', () => {
    expect(createRouterAlone().router.machine.bootId).toBe(createRouterAlone().router.machine.bootId);
  });
});
