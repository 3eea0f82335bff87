import { createRng } from '../../../../harness/core/chance.ts';
import type { Clock } from '../../../../harness/core/clock.ts';
import { Timeline, type TimelineEvent } from '../../../../harness/core/timeline.ts';
import { createVirtualClock } from '../../../../harness/core/virtual-clock.ts';
import { createAtReplyReader, type AtReply } from '../../../../harness/protocols/at/reply-reader.ts';
import { createModem, type EmulatedModem, type ModemOptions } from '../../../../harness/sim/modem/modem.ts';
import type { ModemPort } from '../../../../harness/sim/modem/port.ts';
import { createTextCentre } from '../../../../harness/sim/network/text-centre.ts';
import { profileById } from '../../../../harness/sim/modem/profiles/index.ts';
import type {
  Cell,
  MobileNetwork,
  RegistrationAnswer,
  Session,
} from '../../../../harness/sim/network/network.ts';

/** A cell with round numbers. */
export const cell: Cell = {
  mcc: '310',
  mnc: '260',
  operator: 'T-Mobile',
  band: 4,
  earfcn: 2300,
  pci: 218,
  tac: 0x2b3c,
  cellId: 0x1a2d003,
  rsrpDbm: -94,
  rsrqDb: -10,
  rssiDbm: -65,
  sinrDb: 12.4,
};

export interface TestSession extends Session {
  released: number;
  /** The network ends it. */
  end(cause: number): void;
}

/** A network in the hand of the test: what it answers can be set, what was asked is kept. */
export interface TestNetwork extends MobileNetwork {
  cell: Cell | undefined;
  answer: RegistrationAnswer;
  refused: number | undefined;
  readonly asked: string[];
  readonly sessions: TestSession[];
}

export function testNetwork(clock: Clock): TestNetwork {
  const network: TestNetwork = {
    cell,
    answer: { state: 'home', afterMs: 1_000 },
    refused: undefined,
    asked: [],
    sessions: [],
    register: () => network.answer,
    texts: createTextCentre(clock, createRng('texts')),
    activate: ({ apn }, done) => {
      network.asked.push(apn);
      const { refused } = network;
      clock.after(300, () => done(refused === undefined ? grant(network) : { refused }));
    },
  };
  return network;
}

function grant(network: TestNetwork): TestSession {
  const listeners: ((cause: number) => void)[] = [];
  const session: TestSession = {
    type: 'IP',
    ipv4: {
      address: `10.1.2.${network.sessions.length + 3}`,
      gateway: '10.1.2.1',
      prefixLength: 24,
      dns: ['8.8.8.8', '8.8.4.4'],
    },
    ipv6: undefined,
    mtu: 1_500,
    send: () => undefined,
    receive: () => undefined,
    onReadable: () => undefined,
    onReleased: (f) => void listeners.push(f),
    released: 0,
    release: () => void session.released++,
    end: (cause) => listeners.forEach((f) => f(cause)),
  };
  network.sessions.push(session);
  return session;
}

export interface Bench {
  readonly clock: Clock;
  readonly network: TestNetwork;
  readonly modem: EmulatedModem;
  readonly events: (source?: string) => TimelineEvent[];
  /** Lets time pass. */
  readonly pass: (ms: number) => Promise<void>;
  readonly open: (interfaceNumber?: number) => Terminal;
  readonly drive: <T>(body: () => Promise<T>) => Promise<T>;
}

/** A program on the host's side of a port. */
export interface Terminal {
  readonly port: ModemPort;
  /** Everything that came since it was last asked. */
  readonly take: () => string;
  readonly type: (text: string) => void;
  /** Sends a command line and waits up to 30 s for its reply. */
  readonly at: (command: string) => Promise<AtReply>;
  readonly unsolicited: string[];
}

type Overrides = Partial<Omit<ModemOptions, 'clock' | 'network' | 'profile' | 'timeline'>>;

export function bench(model = 'mc7455', overrides: Overrides = {}): Bench {
  const clock = createVirtualClock();
  const lines: string[] = [];
  const timeline = new Timeline({ clock, redact: (text) => text, write: (line) => lines.push(line) });
  const network = testNetwork(clock);
  const profile = profileById(model);
  const modem = createModem({ clock, rng: createRng('bench'), timeline, profile, network, ...overrides });
  const drive = <T>(body: () => Promise<T>): Promise<T> => clock.drive('test', body);
  return {
    clock,
    network,
    modem,
    events: (source) =>
      lines
        .map((line) => JSON.parse(line) as TimelineEvent)
        .filter((event) => source === undefined || event.source === source),
    pass: (ms) => clock.sleep(ms),
    open: (interfaceNumber = model === 'ec25-a' ? 2 : 3) => terminal(clock, modem, interfaceNumber),
    drive,
  };
}

function terminal(clock: Clock, modem: EmulatedModem, interfaceNumber: number): Terminal {
  const port = modem.openPort(interfaceNumber);
  if (!port) throw new Error(`no port on interface ${interfaceNumber}`);
  let text = '';
  let onText: (() => void) | undefined;
  const unsolicited: string[] = [];
  port.onBytes((bytes) => {
    text += Buffer.from(bytes).toString('latin1');
    onText?.();
  });
  const take = (): string => {
    const all = text;
    text = '';
    return all;
  };
  const type = (typed: string): void => port.write(Buffer.from(typed, 'latin1'));
  const at = (command: string): Promise<AtReply> =>
    new Promise((resolve, reject) => {
      const reader = createAtReplyReader(command);
      const cancel = clock.after(30_000, () => reject(new Error(`no reply to ${command}: ${take()}`)));
      onText = () => {
        const reply = reader.push(take());
        if (!reply) return;
        cancel();
        onText = undefined;
        unsolicited.push(...reader.unsolicited);
        resolve(reply);
      };
      type(`${command}\r`);
    });
  return { port, take, type, at, unsolicited };
}
