import { describe, expect, it } from '@jest/globals';
import { createBench } from '../support.ts';

describe('programs', () => {
  it.each([
    ['uname -r; uname -m', '6.12.62\nmips\n'],
    ['date; date +%s', 'Sun Nov 22 08:51:47 UTC 2026\n1795337507\n'],
    ['cat /proc/uptime | cut -d. -f1', '201\n'],
    ['uptime | cut -d, -f1', ' 08:51:47 up 3 min\n'],
    ['which uci logread ls nosuch', '/sbin/uci\n/sbin/logread\n/bin/ls\n'],
    ['readlink -f /var/log; readlink /var', '/tmp/log\n/tmp\n'],
    ['printf abc | sha256sum', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  -\n'],
    ['printf abc > /tmp/x; md5sum /tmp/x', '900150983cd24fb0d6963f7d28e17f72  /tmp/x\n'],
    [
      "printf 'ab\\ncd\\n' | hexdump -C",
      '00000000  61 62 0a 63 64 0a                                 |ab.cd.|\n00000006\n',
    ],
    ['find /tmp/sysinfo -type f -name "b*"', '/tmp/sysinfo/board_name\n'],
    ['cat /tmp/sysinfo/model /tmp/sysinfo/board_name', 'GL.iNet GL-MiFi\nglinet,gl-mifi\n'],
    [
      'cd /tmp; mkdir -p a/b; touch a/b/c; mv a z; cp -r z y; ls -R y >/dev/null 2>&1; ls y/b; rm -r y z; ls y 2>&1',
      'c\nls: y: No such file or directory\n',
    ],
    [
      'ls -l /etc/openwrt_version',
      '-rw-r--r--    1 root     root            18 Nov 22 08:51 /etc/openwrt_version\n',
    ],
    ['pidof netifd dnsmasq', '1849 1138\n'],
    [
      'lsmod | grep -E "^(qcserial|usb_wwan)"',
      'qcserial               24576  0 \nusb_wwan               24576  2 qcserial,option\n',
    ],
  ])('%s', async (script, expected) => {
    expect((await createBench().sh(script)).out).toBe(expected);
  });

  it.each([
    ['@.up', 'true\n'],
    ['@.interface[*].interface', 'lan\nwan\n'],
    ['@["ipv4-address"][0].address', '10.64.12.34\n'],
    ['@.interface[@.interface="wan"].n', '2\n'],
    ['@.data', '{ "a": 1, "b": [ ] }\n'],
  ])('jsonfilter -e %s', async (path, expected) => {
    const json =
      '{"up":true,"interface":[{"interface":"lan","n":1},{"interface":"wan","n":2}],"ipv4-address":[{"address":"10.64.12.34"}],"data":{"a":1,"b":[]}}';
    expect(await createBench().out(`jsonfilter -e '${path}'`, json)).toBe(expected);
  });

  it('jsonfilter gives 1 where nothing is found and 126 for what is no JSON', async () => {
    const { sh } = createBench();
    expect((await sh("jsonfilter -e '@.nope'", '{}')).status).toBe(1);
    expect((await sh("jsonfilter -e '@.nope'", 'junk')).status).toBe(126);
  });

  it('awk prints fields and refuses what it does not know', async () => {
    const { out, sh } = createBench();
    expect(await out("printf 'a b c\\nd e f\\n' | awk '/^d/ {print $1, $NF}'")).toBe('d f\n');
    expect(await out('echo a:b | awk -F: \'{print $2 "-" $1}\'')).toBe('b-a\n');
    expect(await sh("echo 1 | awk '{s+=$1} END {print s}'")).toEqual({
      status: 1,
      out: '',
      err: 'awk: cmd. line:1: Unexpected token\n',
    });
  });

  it('logread counts first, then filters, and follows from now on', async () => {
    const { out, machine } = createBench();
    for (const text of ['one', 'two', 'three']) machine.log.add('daemon.notice', 'netifd', text);
    machine.log.add('user.notice', 'x', 'y');
    expect(await out('logread -l 2 -e netifd')).toBe(
      'Sun Nov 22 08:51:47 2026 daemon.notice netifd: three\n',
    );
    expect((await createBench().sh('timeout 5 logread -f')).out).toBe('');
  });

  it('forgets the oldest lines after 128 kB', async () => {
    const { machine } = createBench();
    for (let i = 0; i < 3_000; i++) machine.log.add('user.info', 'fill', `${i} ${'x'.repeat(40)}`);
    const lines = machine.log.lines();
    expect(lines.join('\n').length + 1).toBeLessThanOrEqual(128 * 1024);
    expect(lines.at(-1)).toContain('fill: 2999 ');
    expect(lines[0]).not.toContain('fill: 0 ');
  });

  it('each firmware has its own package manager, and not the other', async () => {
    const old = createBench('glinet-2018');
    expect(await old.out('opkg list-installed | grep qualcomm')).toBe(
      'kmod-usb-serial-qualcomm - 3.18.27-1\n',
    );
    expect(await old.sh('apk list --installed')).toEqual({
      status: 127,
      out: '',
      err: 'ash: apk: not found\n',
    });
    const recent = createBench();
    expect(await recent.out('apk list --installed | grep ^comgt')).toBe(
      'comgt-0.32-r36 mips_24kc {comgt} (GPL-2.0) [installed]\n',
    );
    // Without a route, as a real one says it: what is there already is no failure.
    const added = await recent.sh('apk add uqmi comgt-ncm');
    expect(added.status).toBe(1);
    expect(added.err).toContain(
      'ERROR: unable to select packages:\n  comgt-ncm (no such package):\n    required by: world[comgt-ncm]\n',
    );
    expect((await recent.sh('apk add uqmi')).status).toBe(0);
    expect(await recent.sh('apk update')).toMatchObject({ status: 1 });
  });

  it('lights are where the board has them and can be switched', async () => {
    const old = createBench('glinet-2018');
    expect(await old.out('ls /sys/class/leds')).toContain('gl-mifi:green:3gnet\n');
    const led = '/sys/class/leds/gl-mifi:green:wan';
    expect(await old.out(`echo 1 > ${led}/brightness; cat ${led}/brightness`)).toBe('1\n');
    expect(await old.out(`echo netdev > ${led}/trigger; grep -o '\\[.*\\]' ${led}/trigger; ls ${led}`)).toBe(
      '[netdev]\nbrightness\ndevice_name\nmax_brightness\nmode\ntrigger\n',
    );
  });

  it('services run the actions that somebody gave them', async () => {
    const { machine, out } = createBench();
    const firewall = machine.services.get('firewall');
    if (firewall) firewall.reload = (process) => (process.out('reloaded\n'), 0);
    expect(await out('/etc/init.d/firewall reload; service firewall reload')).toBe('reloaded\nreloaded\n');
    expect(await out('/etc/init.d/firewall disable; ls /etc/rc.d/*firewall* 2>/dev/null || echo none')).toBe(
      'none\n',
    );
    expect(await out('/etc/init.d/dnsmasq stop; /etc/init.d/dnsmasq running || echo stopped')).toBe(
      'stopped\n',
    );
  });

  it('ps shows itself and what stands beside it in the pipeline', async () => {
    const { out } = createBench();
    const shown = await out('ps w | grep -E "netifd|ps w|grep"');
    expect(shown).toContain(' 1138 root      1624 S    /sbin/netifd\n');
    expect(shown).toMatch(/\d+ root {6}1220 R {4}ps w\n/);
    expect(shown).toMatch(/\d+ root {6}1220 S {4}grep -E netifd\|ps w\|grep\n/);
  });

  it('a wrong option gives busybox usage', async () => {
    const { err, status } = await createBench().sh('head -Z');
    expect(status).toBe(1);
    expect(err).toMatch(
      /^head: unrecognized option: Z\nBusyBox v1\.37\.0 .* multi-call binary\.\n\nUsage: head /,
    );
  });
});
