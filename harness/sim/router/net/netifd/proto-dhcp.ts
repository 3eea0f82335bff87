import type { Cancel } from '../../../../core/clock.ts';
import { isHarnessError } from '../../../../core/errors.ts';
import type { Ms } from '../../../../core/units.ts';
import {
  decodeDhcp,
  dhcpOption,
  encodeDhcp,
  type DhcpMessage,
  type DhcpType,
} from '../../../../protocols/dhcp/message.ts';
import { macBytes } from '../../../../protocols/ethernet/frame.ts';
import { addressAt, addressBytes } from '../../../../protocols/ip/address.ts';
import { decodeUdp, encodeUdp } from '../../../../protocols/ip/udp.ts';
import type { RouterMachine } from '../../machine.ts';
import type { Stack } from '../stack.ts';
import { mainDevice } from './devices.ts';
import { maskLength } from './static.ts';
import type { Layer3, Proto, ProtoHandler, ProtoHost } from './types.ts';

const NOBODY = '0.0.0.0';
const EVERYBODY = '255.255.255.255';
const SERVER_PORT = 67;
const CLIENT_PORT = 68;
/** From the handler's start to the program's. */
const START_MS: Ms = 400;
/** Until netifd's signal has reached it. */
const END_MS: Ms = 400;
/** `-T 3`: between two questions without an answer. */
const RETRY_MS: Ms = 3_000;
/** The script that tells netifd of the lease. */
const NOTIFY_MS: Ms = 300;

/** `proto dhcp`: busybox's udhcpc. Source: OpenWrt dhcp.sh, dhcp.script; busybox dhcpc.c for its words. */
export function createDhcpProto(machine: RouterMachine, stack: Stack): Proto {
  return {
    name: 'dhcp',
    noDevice: false,
    needsCarrier: true,
    start: (host) => new Udhcpc(machine, stack, host),
  };
}

interface Lease {
  readonly address: string;
  readonly server: string;
  readonly seconds: number;
  readonly layer3: Layer3;
}

class Udhcpc implements ProtoHandler {
  readonly #machine: RouterMachine;
  readonly #stack: Stack;
  readonly #host: ProtoHost;
  readonly #device: string;
  readonly #pid: number;
  /** Busybox 1.36 and later say whom they talk to. */
  readonly #modern: boolean;
  readonly #transaction: number;
  #lease: Lease | undefined;
  #timer: Cancel = () => undefined;
  #awaits: 'offer' | 'ack' | 'nothing' = 'nothing';

  constructor(machine: RouterMachine, stack: Stack, host: ProtoHost) {
    this.#machine = machine;
    this.#stack = stack;
    this.#host = host;
    this.#device = mainDevice(host.section) ?? '';
    this.#pid = machine.processes.nextPid();
    this.#modern = Number(/^1\.(\d+)/.exec(machine.flavour.busybox)?.[1] ?? 0) >= 36;
    this.#transaction = machine.rng.fork(`udhcpc/${this.#pid}`).integer(1, 0x7fff_ffff);
    machine.processes.add({
      pid: this.#pid,
      command: `udhcpc -p /var/run/udhcpc-${this.#device}.pid -s /lib/netifd/dhcp.script -f -t 0 -i ${this.#device}`,
      user: 'root',
      vsz: 1_312,
      kill: () => this.teardown(),
    });
    this.#timer = machine.clock.after(START_MS, () => {
      this.#say(`started, v${machine.flavour.busybox.split(' ')[0]}`);
      this.#stack.onUdp(CLIENT_PORT, (device, packet) => this.#receive(device, packet));
      this.#discover();
    });
  }

  teardown(): void {
    this.#timer();
    this.#stack.onUdp(CLIENT_PORT, undefined);
    this.#timer = this.#machine.clock.after(END_MS, () => {
      this.#machine.processes.remove(this.#pid);
      this.#say('received SIGTERM');
      if (this.#lease) this.#release(this.#lease);
      this.#say('entering released state');
      this.#host.down();
    });
  }

  #discover(): void {
    this.#awaits = 'offer';
    this.#say(this.#modern ? 'broadcasting discover' : 'sending discover');
    this.#send('discover', new Map(), EVERYBODY);
    this.#timer = this.#machine.clock.after(RETRY_MS, () => this.#discover());
  }

  #release({ address, server }: Lease): void {
    if (this.#modern) this.#say(`unicasting a release of ${address} to ${server}`);
    this.#say('sending release');
    this.#send('release', new Map([[dhcpOption.serverId, addressBytes(server)]]), server, address);
  }

  #receive(device: string, packet: Uint8Array): void {
    const message = device === this.#device ? messageIn(packet) : undefined;
    if (message?.transaction !== this.#transaction || message.operation !== 'reply') return;
    if (message.type === 'offer' && this.#awaits === 'offer') this.#select(message);
    else if (message.type === 'ack' && this.#awaits === 'ack') this.#bound(message);
    else if (message.type === 'nak' && this.#awaits === 'ack') this.#discover();
  }

  #select(offer: DhcpMessage): void {
    this.#timer();
    this.#awaits = 'ack';
    const server = addressOption(offer, dhcpOption.serverId) ?? offer.serverAddress;
    this.#say(
      this.#modern
        ? `broadcasting select for ${offer.yourAddress}, server ${server}`
        : `sending select for ${offer.yourAddress}`,
    );
    const options = new Map<number, Uint8Array>([
      [dhcpOption.requestedAddress, addressBytes(offer.yourAddress)],
      [dhcpOption.serverId, addressBytes(server)],
    ]);
    this.#send('request', options, EVERYBODY);
    this.#timer = this.#machine.clock.after(RETRY_MS, () => this.#discover());
  }

  #bound(ack: DhcpMessage): void {
    this.#timer();
    this.#awaits = 'nothing';
    const renewed = this.#lease !== undefined;
    const lease = leaseOf(ack, this.#device);
    this.#lease = lease;
    const from = this.#modern ? ` obtained from ${lease.server}` : ' obtained';
    this.#say(`lease of ${lease.address}${from}, lease time ${lease.seconds}`);
    const renew = (): void => {
      this.#timer = this.#machine.clock.after((lease.seconds / 2) * 1_000, () => this.#renew(lease));
    };
    if (renewed) renew();
    else {
      this.#timer = this.#machine.clock.after(NOTIFY_MS, () => {
        this.#host.up(lease.layer3);
        renew();
      });
    }
  }

  #renew({ address, server, seconds }: Lease): void {
    this.#awaits = 'ack';
    this.#say(this.#modern ? `unicasting a renew for ${address} to ${server}` : 'sending renew');
    this.#send('request', new Map(), server, address);
    this.#timer = this.#machine.clock.after((seconds / 2) * 1_000, () => this.#expired());
  }

  #expired(): void {
    this.#lease = undefined;
    this.#say('lease lost, entering init state');
    this.#host.linkLost();
    this.#discover();
  }

  #send(type: DhcpType, options: ReadonlyMap<number, Uint8Array>, to: string, from = NOBODY): void {
    const payload = encodeDhcp({
      operation: 'request',
      type,
      hardwareType: 1,
      transaction: this.#transaction,
      seconds: 0,
      broadcast: true, // `-B`: a device without a hardware address can't be told otherwise
      clientAddress: from,
      yourAddress: NOBODY,
      serverAddress: NOBODY,
      relayAddress: NOBODY,
      clientHardware: macBytes(this.#stack.link(this.#device)?.mac ?? '00:00:00:00:00:00'),
      options,
    });
    const packet = encodeUdp({
      source: addressBytes(from),
      destination: addressBytes(to),
      sourcePort: CLIENT_PORT,
      destinationPort: SERVER_PORT,
      hopLimit: 64,
      payload,
    });
    this.#stack.device(this.#device)?.send?.(packet);
  }

  #say(text: string): void {
    this.#machine.log.add('daemon.notice', 'netifd', `${this.#host.name} (${this.#pid}): udhcpc: ${text}`);
  }
}

/** Undefined for what is damaged or no DHCP. */
function messageIn(packet: Uint8Array): DhcpMessage | undefined {
  try {
    const datagram = decodeUdp(packet);
    return datagram && decodeDhcp(datagram.payload);
  } catch (error) {
    if (isHarnessError(error)) return undefined;
    throw error;
  }
}

function leaseOf(ack: DhcpMessage, device: string): Lease {
  const router = addressOption(ack, dhcpOption.router);
  const mask = addressOption(ack, dhcpOption.subnetMask) ?? '255.255.255.255';
  const dns = ack.options.get(dhcpOption.dns) ?? new Uint8Array(0);
  const seconds = ack.options.get(dhcpOption.leaseTime) ?? Uint8Array.of(0, 0, 0x0e, 0x10);
  const server = addressOption(ack, dhcpOption.serverId) ?? ack.serverAddress;
  const leasetime = seconds.reduce((sum, octet) => sum * 256 + octet, 0);
  return {
    address: ack.yourAddress,
    server,
    seconds: leasetime,
    layer3: {
      device,
      data: { dhcpserver: server, leasetime },
      addresses: [{ address: ack.yourAddress, mask: maskLength(mask) }],
      routes:
        router === undefined
          ? []
          : [{ target: NOBODY, mask: 0, nexthop: router, source: `${ack.yourAddress}/32` }],
      dns: Array.from({ length: Math.floor(dns.length / 4) }, (_, i) => addressAt(dns, 4 * i)),
    },
  };
}

function addressOption(message: DhcpMessage, code: number): string | undefined {
  const value = message.options.get(code);
  return value?.length === 4 ? addressAt(value, 0) : undefined;
}
