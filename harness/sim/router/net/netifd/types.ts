import type { UciSection, UciValue } from '../../machine.ts';

export interface InterfaceAddress {
  readonly address: string;
  readonly mask: number;
  /** The peer of a point-to-point link. */
  readonly ptpaddress?: string;
}

export interface InterfaceRoute {
  readonly target: string;
  readonly mask: number;
  readonly nexthop: string;
  readonly source: string;
}

/** What a protocol handler reports with "link up": the layer 3 side of an interface. */
export interface Layer3 {
  /** `3g-wwan`, `br-lan` */
  readonly device: string;
  readonly addresses: readonly InterfaceAddress[];
  readonly routes: readonly InterfaceRoute[];
  readonly dns: readonly string[];
  /** What the handler remembers, as status shows it: `cid_4`, `leasetime` … */
  readonly data?: Readonly<Record<string, string | number>>;
}

export interface InterfaceError {
  readonly subsystem: string;
  readonly code: string;
}

/** netifd's side of the conversation with a protocol handler. Source: netifd proto.h, interface.c (IFPEV_*). */
export interface ProtoHost {
  readonly name: string;
  readonly section: UciSection;
  /** IFPEV_UP */
  up(layer3: Layer3): void;
  /** IFPEV_LINK_LOST: it was up, and the handler goes on tearing down. */
  linkLost(): void;
  /** IFPEV_DOWN: nothing of this try is left. */
  down(): void;
  /** proto_set_available */
  setAvailable(available: boolean): void;
  /** proto_notify_error */
  error(code: string): void;
  /** proto_block_restart */
  blockRestart(): void;
  /** `ubus call network add_dynamic`: an interface that goes away with this one, such as `wwan_4`. */
  addChild(child: ChildInterface): void;
}

/** A dynamic interface below another one, on its device. */
export interface ChildInterface {
  readonly name: string;
  readonly device: string;
  readonly proto: string;
  readonly options?: Readonly<Record<string, UciValue>>;
}

/** One try of a protocol handler, from "is setting up now" to "is now down". */
export interface ProtoHandler {
  /** Ends it; the host hears `down` when that is done. Called at most once. */
  teardown(): void;
}

export interface Proto {
  readonly name: string;
  /** `no_device` handlers choose their device themselves: status shows no "device". */
  readonly noDevice: boolean;
  /** Needs a cable to be set up at all. */
  readonly needsCarrier: boolean;
  start(host: ProtoHost): ProtoHandler;
}

/** A text option; the first of a list. */
export function optionOf(section: UciSection, name: string): string | undefined {
  const value = section.options.get(name);
  return typeof value === 'string' ? value : value?.[0];
}

/** The words of an option, whether it is a list or one text with blanks. */
export function wordsOf(section: UciSection, name: string): readonly string[] {
  const value = section.options.get(name);
  const texts = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  return texts.flatMap((text) => text.split(/\s+/)).filter((word) => word !== '');
}

/** uci's idea of a boolean. */
export function flagOf(section: UciSection, name: string, byDefault: boolean): boolean {
  const text = optionOf(section, name);
  if (text === undefined) return byDefault;
  return /^(?:1|on|true|yes|enabled)$/.test(text);
}
