import type { Clock } from '../../../../../harness/core/clock.ts';
import type { Rng } from '../../../../../harness/core/chance.ts';
import type { Timeline } from '../../../../../harness/core/timeline.ts';
import { createPppFace, type PppFace } from '../../../../../harness/sim/modem/faces/ppp.ts';
import type { ModemPort } from '../../../../../harness/sim/modem/port.ts';
import type { UsbFunction, UsbIdentity } from '../../../../../harness/sim/modem/usb.ts';
import { createNetwork } from '../../../../../harness/sim/network/mobile-network.ts';
import type { ModemOnBus } from '../../../../../harness/sim/router/net/modem-on-bus.ts';

const fn = (number: number, role: UsbFunction['role'], endpoints: number): UsbFunction => ({
  number,
  class: 'ff',
  subclass: role === 'diag' || role === 'qmi' ? 'ff' : '00',
  protocol: role === 'diag' || role === 'qmi' ? 'ff' : '00',
  endpoints,
  role,
});

export const mc7455: UsbIdentity = {
  vendorId: '1199',
  productId: '9071',
  bcdDevice: '0.06',
  manufacturer: 'Sierra Wireless, Incorporated',
  product: 'Sierra Wireless MC7455 Qualcomm® Snapdragon™ X7 LTE-A',
  serialNumber: 'LF62540112021020',
  maxPowerMa: 500,
  interfaces: [fn(0, 'diag', 2), fn(2, 'nmea', 3), fn(3, 'modem', 3), fn(8, 'qmi', 3)],
};

export const ec25: UsbIdentity = {
  vendorId: '2c7c',
  productId: '0125',
  bcdDevice: '3.18',
  manufacturer: 'Quectel, Incorporated',
  product: 'LTE Modem',
  serialNumber: undefined,
  maxPowerMa: 500,
  interfaces: [fn(0, 'diag', 2), fn(1, 'nmea', 3), fn(2, 'at', 3), fn(3, 'modem', 3), fn(4, 'qmi', 3)],
};

export interface FakeModem extends ModemOnBus {
  /** Answers by command; null: silence. What is not named is answered OK, and ATD* with CONNECT and PPP. */
  answers: Record<string, string | null>;
  /** Commands in their order. */
  readonly heard: string[];
  answersEchoes: boolean;
  plug(identity: UsbIdentity): void;
  unplug(): void;
}

/** A modem with a few AT commands and a real PPP server behind ATD. */
export function createFakeModem(parts: {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly identity?: UsbIdentity | undefined;
}): FakeModem {
  const { clock, rng, timeline } = parts;
  const network = createNetwork({ clock, rng, timeline, subscription: { apns: ['internet'] } });
  const listeners = new Set<(identity: UsbIdentity | undefined) => void>();
  const ports = new Map<number, FakePort>();
  let usb = parts.identity;

  interface FakePort {
    readonly host: ModemPort;
    gone(): void;
  }

  function createPort(interfaceNumber: number): FakePort {
    let onBytes: ((bytes: Uint8Array) => void) | undefined;
    let onGone: (() => void) | undefined;
    let onCarrierLost: (() => void) | undefined;
    let face: PppFace | undefined;
    let command = '';
    const send = (bytes: Uint8Array): void => queueMicrotask(() => onBytes?.(bytes));
    const say = (text: string): void => send(Buffer.from(text, 'latin1'));
    const execute = (line: string): void => {
      modem.heard.push(line);
      say(`${line}\r`);
      const answer = modem.answers[line];
      if (answer === null) return;
      if (answer !== undefined) return say(answer);
      if (!line.startsWith('ATD')) return say('\r\nOK\r\n');
      say('\r\nCONNECT\r\n');
      face = createPppFace({
        clock,
        rng,
        timeline,
        authentication: 'chap',
        echo: () => modem.answersEchoes,
        write: send,
        activate: (done) => network.activate({ apn: 'internet', type: 'IP' }, done),
        onEnd: () => {
          face = undefined;
          say('\r\nNO CARRIER\r\n');
          queueMicrotask(() => onCarrierLost?.());
        },
      });
    };
    const receive = (bytes: Uint8Array): void => {
      for (let i = 0; i < bytes.length; i++) {
        if (face) return face.receive(bytes.subarray(i));
        if (bytes[i] === 13) {
          const line = command.trim();
          command = '';
          if (line !== '') execute(line);
        } else command += String.fromCharCode(bytes[i] as number);
      }
    };
    return {
      host: {
        interfaceNumber,
        write: (bytes) => queueMicrotask(() => receive(bytes)),
        onBytes: (f) => void (onBytes = f),
        setDtr: (on) => {
          if (on) return;
          face?.close();
          face = undefined;
          command = '';
        },
        onGone: (f) => void (onGone = f),
        onCarrierLost: (f) => void (onCarrierLost = f),
      },
      gone: () => {
        face?.close();
        face = undefined;
        onGone?.();
      },
    };
  }

  const modem: FakeModem = {
    get usb() {
      return usb;
    },
    answers: {
      'AT+CGMI': '\r\nSierra Wireless, Incorporated\r\n\r\nOK\r\n',
      'AT+CGATT?': '\r\n+CGATT: 1\r\n\r\nOK\r\n',
      'AT+CPIN?': '\r\n+CPIN: READY\r\n\r\nOK\r\n',
    },
    heard: [],
    answersEchoes: true,
    onUsb: (f) => {
      listeners.add(f);
      return () => listeners.delete(f);
    },
    openPort: (number) => {
      if (!usb?.interfaces.some((f) => f.number === number && f.role !== 'qmi')) return undefined;
      const port = ports.get(number) ?? createPort(number);
      ports.set(number, port);
      return port.host;
    },
    plug: (identity) => {
      usb = identity;
      for (const tell of listeners) tell(identity);
    },
    unplug: () => {
      usb = undefined;
      for (const tell of listeners) tell(undefined);
      for (const port of ports.values()) port.gone();
      ports.clear();
    },
  };
  return modem;
}
