import { isHarnessError } from '../../../../core/errors.ts';
import { createNtbBuilder, decodeNtb16 } from '../../../../protocols/ncm/ntb16.ts';
import type { NetworkPort } from '../../../modem/port.ts';
import type { RouterMachine } from '../../machine.ts';
import type { Stack } from '../stack.ts';
import { createEthernetHost } from './ethernet-host.ts';

/** cdc_ncm's own limit on what it sends at once (dwNtbOutMaxSize of the modems here). */
const NTB_OUT = { maxSize: 16_384, maxDatagrams: 1 } as const;

/**
 * Sets a modem's network device up: from now on packets go between the stack and the modem's data channel.
 * @returns takes it down again; undefined: there is no such device
 */
export function openNetworkDevice(
  machine: RouterMachine,
  stack: Stack,
  name: string,
  mtu: number,
): (() => void) | undefined {
  const port = machine.usb.openNetwork(name);
  const link = stack.link(name);
  if (!port || !link) return undefined;
  const rawIp = isRawIp(machine, name);
  const transmit = (transfer: Uint8Array): void => port.send(transfer);
  const framing = framingOf(port, rawIp, link.mac, transmit);
  Object.assign(link, { up: true, carrier: true, kind: rawIp ? 'wwan' : link.kind });
  stack.setDevice({ name, kind: link.kind, mtu, send: (packet) => framing.send(packet) });
  const take = (): void => {
    for (let transfer = port.receive(); transfer; transfer = port.receive()) {
      for (const packet of framing.unwrap(transfer)) stack.receive(name, packet);
    }
  };
  port.onReadable(take);
  take();
  return () => {
    port.onReadable(undefined);
    Object.assign(link, { up: false, carrier: false });
    stack.removeDevice(name);
  };
}

interface Framing {
  send(packet: Uint8Array): void;
  unwrap(transfer: Uint8Array): readonly Uint8Array[];
}

/** The kernel goes by its driver, not by what the modem thinks: on disagreement nothing gets through. */
function framingOf(
  port: NetworkPort,
  rawIp: boolean,
  mac: string | undefined,
  transmit: (transfer: Uint8Array) => void,
): Framing {
  if (port.framing === 'ntb16') return transferBlocks(transmit);
  if (rawIp || mac === undefined) return { send: transmit, unwrap: (transfer) => [transfer] };
  return createEthernetHost(mac, transmit);
}

function isRawIp(machine: RouterMachine, name: string): boolean {
  return machine.files.readText(`/sys/class/net/${name}/qmi/raw_ip`)?.trim() === 'Y';
}

/** One datagram a block, as cdc_mbim sends when there is nothing to wait for. */
function transferBlocks(transmit: (transfer: Uint8Array) => void): Framing {
  let sequence = 0;
  return {
    send: (packet) => {
      const block = createNtbBuilder(NTB_OUT);
      block.add(0, packet);
      transmit(block.finish(sequence++ & 0xffff));
    },
    unwrap: (transfer) => {
      try {
        return decodeNtb16(transfer).datagrams.map(({ bytes }) => bytes);
      } catch (error) {
        if (isHarnessError(error)) return []; // the kernel counts it as an error and goes on
        throw error;
      }
    },
  };
}
