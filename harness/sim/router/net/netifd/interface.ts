import type { Ms } from '../../../../core/units.ts';
import type { RouterMachine, UciSection } from '../../machine.ts';
import type { ChildInterface, InterfaceError, Layer3, Proto, ProtoHandler, ProtoHost } from './types.ts';

/** Source: netifd interface.h, enum interface_state. */
export type InterfaceState = 'down' | 'setup' | 'up' | 'teardown';

/** What netifd does when an interface moves. */
export interface InterfaceEvents {
  /** Addresses and routes are to be set; "is now up" follows. */
  readonly configured: (iface: Interface, layer3: Layer3) => void;
  readonly up: (iface: Interface) => void;
  /** It was up: addresses, routes and name servers are gone. */
  readonly unconfigured: (iface: Interface, layer3: Layer3) => void;
  /** Its protocol wants an interface below it. */
  readonly child: (parent: Interface, child: ChildInterface) => void;
  /** It is going down: the interfaces below it go first. */
  readonly leaving: (iface: Interface) => void;
  /** It wants its device, which is set up for it where the kernel has it. @returns gives it back */
  readonly claim: (iface: Interface) => () => void;
}

export interface InterfaceFields {
  readonly section: UciSection;
  readonly proto: Proto;
  /** Its layer 2 device. */
  readonly device: string | undefined;
  readonly autostart: boolean;
  /** The device has a cable. */
  readonly carrier: boolean;
  /** Made by a protocol handler, not by the configuration. */
  readonly parent?: Interface;
}

/** One `config interface` with its state machine. Source: netifd interface.c. */
export class Interface {
  readonly name: string;
  readonly section: UciSection;
  readonly proto: Proto;
  readonly device: string | undefined;
  readonly parent: Interface | undefined;
  state: InterfaceState = 'down';
  available = true;
  autostart: boolean;
  errors: InterfaceError[] = [];
  layer3: Layer3 | undefined;
  /** When it came up. */
  upSince: Ms = 0;
  readonly #machine: RouterMachine;
  readonly #events: InterfaceEvents;
  #carrier: boolean;
  #release: (() => void) | undefined;
  #handler: ProtoHandler | undefined;
  /** Counts the tries: what an old handler still says is not heard. */
  #attempt = 0;
  /** Who waits for its end; undefined: it is to stay. */
  #onRemoved: (() => void)[] | undefined;

  constructor(machine: RouterMachine, fields: InterfaceFields, events: InterfaceEvents) {
    this.#machine = machine;
    this.#events = events;
    this.name = fields.section.name;
    this.section = fields.section;
    this.proto = fields.proto;
    this.device = fields.device;
    this.parent = fields.parent;
    this.autostart = fields.autostart;
    this.#carrier = fields.carrier;
  }

  /** `ubus call network.interface.NAME up` */
  setUp(): void {
    this.autostart = true;
    if (this.state !== 'down' || this.#onRemoved) return;
    this.errors = [];
    if (this.available) {
      this.#release ??= this.#events.claim(this);
      this.#begin();
    } else this.errors.push({ subsystem: 'interface', code: 'NO_DEVICE' });
  }

  /** `ubus call network.interface.NAME down` */
  setDown(): void {
    this.autostart = false;
    this.#tearDown();
    if (this.state === 'down') this.#giveBack();
  }

  /** The cable, or what stands for it: NETWORK_CONNECTION of ECM. Source: netifd interface.c, interface_set_link_state. */
  setCarrier(carrier: boolean): void {
    if (this.#carrier === carrier) return;
    this.#carrier = carrier;
    this.#say(`has link connectivity${carrier ? '' : ' loss'}`);
    if (!carrier) this.#tearDown();
    else if (this.autostart && this.available) this.#begin();
  }

  setAvailable(available: boolean): void {
    if (this.available === available) return;
    this.available = available;
    if (!available) this.#tearDown();
    else if (this.autostart) this.setUp();
  }

  /** Takes it down for good, then calls back. */
  remove(done: () => void): void {
    this.autostart = false;
    this.#onRemoved = [...(this.#onRemoved ?? []), done];
    if (this.state !== 'down') return this.#tearDown();
    this.#giveBack();
    done();
  }

  /** netifd itself ended: whatever is at work ends, unheard. */
  stop(): void {
    this.#attempt++;
    this.#handler?.teardown();
  }

  #begin(): void {
    if (this.state !== 'down' || (this.proto.needsCarrier && !this.#carrier)) return;
    this.state = 'setup';
    this.#attempt++;
    this.#say('is setting up now');
    this.#handler = this.proto.start(this.#host(this.#attempt));
  }

  #tearDown(): void {
    if (this.state !== 'setup' && this.state !== 'up') return;
    this.state = 'teardown';
    this.#events.leaving(this);
    this.#handler?.teardown();
  }

  #up(layer3: Layer3): void {
    if (this.state !== 'setup') return;
    this.layer3 = layer3;
    this.upSince = this.#machine.clock.now();
    this.state = 'up';
    this.#events.configured(this, layer3);
    this.#say('is now up');
    this.#events.up(this);
  }

  #linkLost(): void {
    if (this.state !== 'up') return;
    this.state = 'setup';
    this.#say('has lost the connection');
    this.#unconfigure();
  }

  #down(): void {
    if (this.state === 'down') return;
    this.#events.leaving(this);
    this.state = 'down';
    this.#handler = undefined;
    this.#say('is now down');
    this.#unconfigure();
    if (this.#onRemoved || !this.autostart) this.#giveBack();
    if (this.#onRemoved) for (const done of this.#onRemoved) done();
    else if (this.autostart) this.setUp();
  }

  #giveBack(): void {
    this.#release?.();
    this.#release = undefined;
  }

  #unconfigure(): void {
    const { layer3 } = this;
    this.layer3 = undefined;
    if (layer3) this.#events.unconfigured(this, layer3);
  }

  #host(attempt: number): ProtoHost {
    const current = (f: () => void): void => {
      if (attempt === this.#attempt) f();
    };
    return {
      name: this.name,
      section: this.section,
      up: (layer3) => current(() => this.#up(layer3)),
      linkLost: () => current(() => this.#linkLost()),
      down: () => current(() => this.#down()),
      setAvailable: (available) => current(() => this.setAvailable(available)),
      error: (code) => current(() => void this.errors.push({ subsystem: this.proto.name, code })),
      blockRestart: () => current(() => void (this.autostart = false)),
      addChild: (child) => current(() => this.#events.child(this, child)),
    };
  }

  #say(text: string): void {
    this.#machine.log.add('daemon.notice', 'netifd', `Interface '${this.name}' ${text}`);
  }
}
