import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import ssh2 from 'ssh2';

import { ensureGuest, itInGuest, missingForGuest } from '../support/guest.ts';
import { startGuestBench, until, type GuestBench } from '../support/guest-bench.ts';
import { realCtx } from '../support/real-ctx.ts';

const ctx = realCtx();
let bench: GuestBench;

beforeAll(async () => {
  await ensureGuest();
  if (missingForGuest === undefined) bench = await startGuestBench(ctx);
});
afterAll(() => bench?.close());

const usb = (): string[] => ['--usbredir', `unix:${bench.guest.usbSocket}`, '--connect'];

/** Nobody but the modem decides about packets. */
const OPEN = 'nft flush ruleset';
const DEVICE = '/dev/cdc-wdm0';

describe('the data path in the kernel', () => {
  itInGuest('gives pppd IPv6: an identifier, a prefix by Router Advertisement, and answers', async () => {
    await bench.withModem(['--model', 'mc7455', ...usb()], async () => {
      const printedThere = await bench.run(`${OPEN}
${until('[ -c /dev/ttyUSB2 ]')}
cat >/tmp/chat <<'X'
ABORT ERROR TIMEOUT 10 '' ATZ OK 'AT+CGDCONT=1,"IPV4V6","internet"' OK 'ATD*99#' CONNECT
X
(pppd /dev/ttyUSB2 115200 nodetach noauth lock +ipv6 nodefaultroute connect 'chat -f /tmp/chat' >/tmp/ppp.log 2>&1 &)
${until('ip -6 addr show dev ppp0 2>/dev/null | grep -q global')}
${until("grep -q 'remote LL address' /tmp/ppp.log")}
cat /tmp/ppp.log; ip -6 addr show dev ppp0; ping -6 -c 2 -W 60 2001:4860:4860::8888; ping -6 -c 1 -W 60 -s 1452 2001:4860:4860::8888
killall pppd`);
      expect(printedThere).toMatch(/remote LL address fe80::/);
      expect(printedThere).toMatch(/inet6 2001:db8:[\da-f:]+\/64 scope global dynamic/);
      expect(printedThere).toContain('2 packets transmitted, 2 packets received');
      // As long as the link takes.
      expect(printedThere).toContain('1 packets transmitted, 1 packets received');
    });
  });

  itInGuest('packs several datagrams into a transfer both ways over MBIM, and loses none', async () => {
    await bench.withModem(['--model', 'mc7455', '--mode', 'mbim', ...usb()], async () => {
      const printedThere = await bench.run(`${OPEN}
${until(`[ -c ${DEVICE} ]`)}
mbimcli -d ${DEVICE} --no-close --connect=access-string=internet,ip-type=ipv4 >/tmp/session
ip link set wwan0 up; ip addr add $(sed -n "s/.*IP \\[0\\]: '\\(.*\\)'/\\1/p" /tmp/session) dev wwan0
ip route add default dev wwan0
mount -t debugfs none /sys/kernel/debug; modprobe usbmon
cat /sys/kernel/debug/usb/usbmon/0u >/tmp/transfers & monitor=$!
${until('ls -l /proc/$monitor/fd | grep -q usbmon')}
echo down $(wget -q -O - http://8.8.8.8/bytes/300000 | wc -c)
head -c 300000 /dev/zero | nc 8.8.8.8 7 | head -c 300000 | wc -c | sed 's/^/up /'
kill $monitor
awk '/ C Bi:/ && $6 > 3000 { down++ } / S Bo:/ && $6 > 3000 { up++ } END { print "long", down, up }' /tmp/transfers
rm /tmp/transfers`);
      expect(printedThere).toContain('down 300000');
      expect(printedThere).toContain('up 300000');
      const [, down, up] = /long (\d+) (\d+)/.exec(printedThere) ?? [];
      expect(Number(down)).toBeGreaterThan(10);
      expect(Number(up)).toBeGreaterThan(10);
    });
  });
});

const POWER = '/sys/bus/usb/devices/1-1/power';
const STATUS = `$(cat ${POWER}/runtime_status)`;

describe("the kernel's power saving", () => {
  itInGuest(
    'suspends a modem that nobody uses, and it answers whoever wakes it, over QMI and over AT',
    async () => {
      await bench.withModem(['--model', 'mc7455', ...usb()], async () => {
        const asleep = until(`[ ${STATUS} = suspended ]`);
        const printedThere = await bench.run(`${until(`[ -c ${DEVICE} ]`)}
number=$(cat /sys/bus/usb/devices/1-1/devnum)
echo 200 >${POWER}/autosuspend_delay_ms; echo auto >${POWER}/control
for round in 1 2; do
${asleep}
echo "before QMI: ${STATUS}"; qmicli -d ${DEVICE} --dms-get-model
${asleep}
stty -F /dev/ttyUSB2 raw -echo; exec 3<>/dev/ttyUSB2
${asleep}
echo "before AT: ${STATUS}"; cat <&3 >/tmp/reply & reader=$!
printf 'ATI\\r' >&3; ${until('grep -q ^OK /tmp/reply')}; kill $reader; exec 3>&-; cat /tmp/reply
done
echo on >${POWER}/control; [ $number = $(cat /sys/bus/usb/devices/1-1/devnum) ] && echo never left`);
        expect(printedThere.match(/^before (?:QMI|AT): suspended$/gm)).toHaveLength(4);
        expect(printedThere.match(/Model: 'MC7455'/g)).toHaveLength(2);
        expect(printedThere.match(/^Model: MC7455\r*$/gm)).toHaveLength(2);
        expect(printedThere).toMatch(/^never left$/m);
      });
    },
  );
});

/** A connection that the guest's kernel is to have: handed over as the client of USB/IP does it, after the import. */
const ATTACH = `#!/bin/sh
{ printf '\\001\\021\\200\\003\\000\\000\\000\\0001-1'; head -c 29 /dev/zero; }
head -c 320 >/tmp/imported
echo '0 0 65538 3' >/sys/devices/platform/vhci_hcd.0/attach
`;

/** A connection to a port of the guest's own, through SSH. */
async function toGuest(
  port: number,
): Promise<{ readonly stream: ssh2.ClientChannel; readonly end: () => void }> {
  const { login, keyFile = '' } = bench.guest;
  if (!('host' in login)) throw new Error('the guest is not reached over TCP');
  const client = new ssh2.Client();
  const privateKey = readFileSync(keyFile);
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject);
    client.connect({ host: login.host, port: login.port, username: login.user, privateKey });
  });
  const stream = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, (error, channel) =>
      error ? reject(error) : resolve(channel),
    );
  });
  return { stream, end: () => client.end() };
}

describe('modem serve --usbip', () => {
  itInGuest(
    'is attached by a kernel: drivers bind, and qmicli is answered, until the modem restarts',
    async () => {
      await bench.withModem(['--model', 'mc7455', '--usbip', 'tcp:127.0.0.1:0'], async (said) => {
        const [, port] = /--tcp-port (\d+)/.exec(said) ?? [];
        await bench.run(`modprobe vhci_hcd; cat >/tmp/attach <<'X'
${ATTACH}X
chmod +x /tmp/attach; (nc -l -p 3240 -e /tmp/attach >/dev/null 2>&1 &); ${until("cat /proc/net/tcp* | grep -q ':0CA8 .* 0A '")}`);
        const { stream, end } = await toGuest(3_240);
        const served: Socket = connect(Number(port), '127.0.0.1');
        served.on('error', () => stream.end());
        served.pipe(stream).pipe(served);
        try {
          const attached = await bench.run(`${until(`[ -c ${DEVICE} ]`)}
for i in /sys/bus/usb/devices/*-1:1.*; do echo $(basename $(readlink $i/driver)) $(cat $i/bInterfaceNumber); done
qmicli -d ${DEVICE} --dms-get-model
printf 'AT!RESET\\r' >/dev/ttyUSB2; ${until(`[ ! -c ${DEVICE} ]`)}; ls ${DEVICE}`);
          for (const interfaceDriver of ['qcserial 00', 'qcserial 02', 'qcserial 03', 'qmi_wwan 08']) {
            expect(attached).toContain(interfaceDriver);
          }
          expect(attached).toContain("Model: 'MC7455'");
          expect(attached).toContain(`${DEVICE}: No such file`);
        } finally {
          served.destroy();
          end();
        }
      });
    },
  );
});
