import type { ChildProcess } from 'node:child_process';
import { beforeAll, describe, expect } from '@jest/globals';

import { connectSsh } from '../../harness/transport/ssh.ts';
import { startGuest } from '../../harness/virtual/guest.ts';
import { startWwanlab } from '../support/cli.ts';
import { ensureGuest, longTestInGuest } from '../support/guest.ts';
import { printed } from '../support/programs.ts';
import { patientCtx, realCtx } from '../support/real-ctx.ts';

const SECOND = 1_000;
const LONG = 'WWANLAB_QMICLI';
const ctx = realCtx();

/** A transfer has to fit into what usbnet reads at once. Two calls, each on an interface that qmi_wwan makes for its channel (Documentation/ABI/testing/sysfs-class-net-qmi). */
const script = `
exec 2>&1
q() { qmicli -d /dev/cdc-wdm0 "$@"; }
for i in $(seq 100); do [ -c /dev/cdc-wdm0 ] && break; usleep 100000; done; sleep 2
ip link set wwan0 down
echo Y >/sys/class/net/wwan0/qmi/raw_ip
for id in 1 2; do echo $id >/sys/class/net/wwan0/qmi/add_mux; done
q --wda-set-data-format=link-layer-protocol=raw-ip,ul-protocol=qmap,dl-protocol=qmap,dl-datagram-max-size=1512,dl-max-datagrams=32,ep-type=hsusb,ep-iface-number=8
ip link set wwan0 up
for id in 1 2; do
  name=qmimux$((id - 1))
  cid=$(q --wds-noop --client-no-release-cid | sed -n "s/^[[:space:]]*CID: '\\([0-9]*\\)'.*/\\1/p")
  keep="--client-cid=$cid --client-no-release-cid"
  q --wds-bind-mux-data-port=mux-id=$id,ep-type=hsusb,ep-iface-number=8 $keep
  q --wds-start-network=apn=apn$id,ip-type=4 $keep
  address=$(q --wds-get-current-settings $keep | sed -n 's/.*IPv4 address: //p')
  ip link set $name mtu 1500 up
  ip addr add $address/32 dev $name
  ip route add $((id * 4)).$((id * 4)).$((id * 4)).$((id * 4)) dev $name
done
ping -c 3 4.4.4.4
ping -c 3 -s 1400 8.8.8.8
`;

describe('QMAP of the kernel', () => {
  if (process.env[LONG] !== undefined) beforeAll(ensureGuest);
  longTestInGuest(LONG)('carries the packets of two calls through one port', async () => {
    const machine = await startGuest(ctx, 'guest');
    const ssh = await connectSsh(patientCtx(), machine.login);
    const options = `--model mc7455 --apn apn1 --apn apn2 --usbredir unix:${machine.usbSocket} --connect`;
    const modem: ChildProcess = startWwanlab(['modem', 'serve', ...options.split(' ')]);
    try {
      await printed(modem, /registration circuit=home/);
      const ran = await ssh.exec(ctx, 'sh', { stdin: Buffer.from(script), limit: 120 * SECOND });
      expect(ran.stdout.match(/3 packets received/g)).toHaveLength(2);
    } finally {
      modem.kill('SIGKILL');
      await ssh.close();
      await machine.close();
    }
  });
});
