import type { Ms } from '../../../../core/units.ts';
import { ctlSync } from '../../../../protocols/qmi/ctl.ts';
import type { QmiCommand, TlvSpecs, TlvValues } from '../../../../protocols/qmi/declare.ts';
import { setOperatingMode } from '../../../../protocols/qmi/dms/operation.ts';
import { getPinStatus, verifyPin } from '../../../../protocols/qmi/dms/pin.ts';
import { getServingSystem, initiateNetworkRegister } from '../../../../protocols/qmi/nas/serving-system.ts';
import { getCardStatus, powerOffSim, powerOnSim } from '../../../../protocols/qmi/uim/card-status.ts';
import { uimVerifyPin } from '../../../../protocols/qmi/uim/pin.ts';
import { linkProtocol, wdaGetDataFormat, wdaSetDataFormat } from '../../../../protocols/qmi/wda.ts';
import { wdsModifyProfile } from '../../../../protocols/qmi/wds-profile.ts';
import { wdsSetIpFamily } from '../../../../protocols/qmi/wds-settings.ts';
import {
  everyHandle,
  ipFamily,
  wdsGetPacketServiceStatus,
  wdsStartNetwork,
  wdsStopNetwork,
} from '../../../../protocols/qmi/wds.ts';
import type { RouterMachine } from '../../machine.ts';
import type { Stack } from '../stack.ts';
import { openNetworkDevice } from '../wwan/network-device.ts';
import { createQmiClient, type QmiClient, type QmiReply } from '../wwan/qmi-client.ts';
import { startHandler, type HandlerScript } from './handler-script.ts';
import { optionOf, type Proto, type ProtoHost } from './types.ts';

/** One run of uqmi on a small router. */
const UQMI_MS: Ms = 250;
/** `sleep 5` before each look at the registration, and `sleep 10`s of the power cycle. */
const REGISTRATION_LOOK_MS: Ms = 5_000;
const POWER_CYCLE_MS: Ms = 9_000;
/** From "link up" to the dynamic interface. */
const CHILD_MS: Ms = 800;
const MTU = 1_500;
/** `option timeout`: seconds that card and network may take. */
const DEFAULT_TIMEOUT = 10;

const words = {
  registered: 'registered',
  denied: 'registering_denied',
  searching: 'searching',
  'not-registered': 'not_registered',
  unknown: 'unknown',
} as const;

/**
 * The qmi protocol handler of the uqmi package, with the bytes that uqmi sends. Source: the log and the messages of
 * real sessions (OpenWrt main r32307); what older releases say differently is not told apart.
 */
export function createProtoQmi(machine: RouterMachine, stack: Stack): Proto {
  return {
    name: 'qmi',
    noDevice: true,
    needsCarrier: false,
    start: (host) => {
      const call = new QmiCall(machine, stack, host);
      return startHandler({
        machine,
        host,
        setup: (script) => call.setup(script),
        teardown: (script) => call.teardown(script),
      });
    },
  };
}

class QmiCall {
  readonly #machine: RouterMachine;
  readonly #stack: Stack;
  readonly #host: ProtoHost;
  /** What the handler remembers for its teardown: `cid_4` and `pdh_4`. */
  #call: { readonly client: number; readonly handle: number } | undefined;
  #closeDevice: (() => void) | undefined;

  constructor(machine: RouterMachine, stack: Stack, host: ProtoHost) {
    this.#machine = machine;
    this.#stack = stack;
    this.#host = host;
  }

  async setup(script: HandlerScript): Promise<boolean> {
    const network = this.#machine.usb.networkOf(this.#device);
    if (this.#machine.files.kind(this.#device) !== 'device') {
      script.print('The specified control device does not exist');
      return this.#fail('NO_DEVICE', 'unavailable');
    }
    if (network === undefined) {
      script.print('The interface could not be found.');
      return this.#fail('NO_IFACE', 'unavailable');
    }
    script.print('Waiting for SIM initialization');
    if (!(await this.#card(script)) || !(await this.#pin(script))) return false;
    await this.#prepare(script);
    if (!(await this.#framing(script, network)) || !(await this.#registration(script))) return false;
    script.print(`Starting network ${this.#host.name}`);
    return this.#start(script, network);
  }

  async teardown(script: HandlerScript): Promise<void> {
    script.print(`Stopping network ${this.#host.name}`);
    const call = this.#call;
    this.#call = undefined;
    if (call) {
      for (const handle of [everyHandle, call.handle]) {
        await this.#uqmi(script, (qmi) =>
          qmi.ask(
            wdsStopNetwork,
            { handle, ...(handle === everyHandle ? { disableAutoconnect: true } : {}) },
            call.client,
          ),
        );
      }
      await this.#uqmi(script, (qmi) => qmi.release('wds', call.client));
    }
    this.#closeDevice?.();
  }

  get #device(): string {
    return optionOf(this.#host.section, 'device') ?? '';
  }

  get #timeoutMs(): Ms {
    return Number(optionOf(this.#host.section, 'timeout') ?? DEFAULT_TIMEOUT) * 1_000;
  }

  /** An absent card reads as "illegal": the slot is switched off and on until the timeout counts down. */
  async #card(script: HandlerScript): Promise<boolean> {
    for (let tries = this.#timeoutMs / 1_000; ; tries--) {
      const reply = await this.#ask(script, 'uim', getCardStatus, {});
      const application = reply?.values.status?.cards[0]?.applications[0];
      if (application && application.state !== 'illegal') return true;
      script.print('SIM in illegal state - Power-cycling SIM');
      await this.#ask(script, 'uim', powerOffSim, { slot: 1 });
      await script.sleep(POWER_CYCLE_MS / 2);
      await this.#ask(script, 'uim', powerOnSim, { slot: 1 });
      await script.sleep(POWER_CYCLE_MS / 2);
      if (tries <= 0) return this.#fail('SIM_ILLEGAL_STATE', 'blocked');
    }
  }

  async #pin(script: HandlerScript): Promise<boolean> {
    switch (await this.#pinState(script)) {
      case 'disabled':
        script.print('PIN verification is disabled');
        return true;
      case 'blocked':
      case 'permanently-blocked':
        script.print('SIM locked PUK required');
        return this.#fail('PUK_NEEDED', 'blocked');
      case 'enabled-not-verified':
        return this.#verifyPin(script);
      case 'enabled-verified':
        script.print('PIN already verified');
        return true;
      default:
        script.print('PIN status could not be determined');
        return this.#fail('PIN_STATUS_FAILED', 'blocked');
    }
  }

  /** Where DMS refuses, UIM knows: MDM9x30 and later. */
  async #pinState(script: HandlerScript): Promise<string | undefined> {
    const reply = await this.#ask(script, 'dms', getPinStatus, {});
    if (reply?.values.pin1) return reply.values.pin1.state;
    const card = await this.#ask(script, 'uim', getCardStatus, {});
    return card?.values.status?.cards[0]?.applications[0]?.pin1;
  }

  async #verifyPin(script: HandlerScript): Promise<boolean> {
    const pin = optionOf(this.#host.section, 'pincode');
    if (pin === undefined || pin === '') {
      script.print('PIN not specified but required');
      return this.#fail('PIN_NOT_SPECIFIED', 'blocked');
    }
    const info = { id: 'pin1', pin } as const;
    const session = { type: 'primary-gw', aid: new Uint8Array(0) } as const;
    const byDms = await this.#ask(script, 'dms', verifyPin, { info });
    const reply =
      byDms?.error === 0 ? byDms : await this.#ask(script, 'uim', uimVerifyPin, { session, info });
    if (reply?.error === 0) {
      script.print('PIN verified successfully');
      return true;
    }
    script.print('Unable to verify PIN');
    return this.#fail('PIN_FAILED', 'blocked');
  }

  /** What may still run is stopped, for both families; the radio is switched on. */
  async #prepare(script: HandlerScript): Promise<void> {
    const stop = { handle: everyHandle, disableAutoconnect: true };
    await this.#ask(script, 'wds', wdsStopNetwork, stop);
    await this.#uqmi(script, async (qmi) => {
      const client = (await qmi.allocate('wds')) ?? 0;
      await qmi.ask(wdsSetIpFamily, { family: ipFamily.ipv6 }, client);
      await qmi.ask(wdsStopNetwork, stop, client);
      await qmi.release('wds', client);
    });
    await this.#ask(script, 'dms', setOperatingMode, { mode: 'online' });
  }

  async #framing(script: HandlerScript, network: string): Promise<boolean> {
    await this.#ask(script, 'wda', wdaSetDataFormat, { linkProtocol: linkProtocol.ethernet });
    const reply = await this.#ask(script, 'wda', wdaGetDataFormat, {});
    if (reply?.values.linkProtocol !== linkProtocol.rawIp) return true;
    const attribute = `/sys/class/net/${network}/qmi/raw_ip`;
    if (this.#machine.files.readText(attribute) === undefined) {
      script.print(
        `Device only supports raw-ip mode but is missing this required driver attribute: ${attribute}`,
      );
      return false;
    }
    script.print(`Device does not support 802.3 mode. Informing driver of raw-ip only for ${network} ..`);
    this.#machine.files.write(attribute, 'Y\n');
    return true;
  }

  async #registration(script: HandlerScript): Promise<boolean> {
    await this.#uqmi(script, (qmi) => qmi.ask(ctlSync, {}));
    script.print('Waiting for network registration');
    await this.#ask(script, 'nas', initiateNetworkRegister, { action: 'automatic' });
    for (let waited = 0; ; waited += REGISTRATION_LOOK_MS) {
      await script.sleep(REGISTRATION_LOOK_MS);
      const reply = await this.#ask(script, 'nas', getServingSystem, {});
      const state = reply?.values.servingSystem?.registration ?? 'unknown';
      if (state === 'registered') return true;
      if (state !== 'searching') {
        script.print(`Network registration failed (reason: '${words[state]}')`);
        return this.#fail('NETWORK_REGISTRATION_FAILED', 'again');
      }
      if (waited < this.#timeoutMs) continue;
      script.print('Network registration failed, registration timeout reached');
      return this.#fail('NETWORK_REGISTRATION_FAILED', 'again');
    }
  }

  async #start(script: HandlerScript, network: string): Promise<boolean> {
    const apn = optionOf(this.#host.section, 'apn') ?? '';
    await this.#ask(script, 'wds', wdsModifyProfile, { profile: { type: 0, index: 1 }, pdpType: 0, apn });
    const client = await this.#uqmi(script, (qmi) => qmi.allocate('wds'));
    if (client === undefined) {
      script.print('Unable to obtain client ID');
      return this.#fail('NO_CID', 'again');
    }
    await this.#uqmi(script, (qmi) => qmi.ask(wdsSetIpFamily, { family: ipFamily.ipv4 }, client));
    const started = await this.#uqmi(script, (qmi) => qmi.ask(wdsStartNetwork, this.#request(apn), client));
    const handle = started?.values.handle;
    const status = await this.#uqmi(script, (qmi) => qmi.ask(wdsGetPacketServiceStatus, {}, client));
    if (handle === undefined || status?.values.status !== 2) {
      script.print('Unable to connect IPv4');
      await this.#uqmi(script, (qmi) => qmi.release('wds', client));
      return this.#fail('CALL_FAILED', 'again');
    }
    this.#call = { client, handle };
    script.print(`Setting up ${network}`);
    // ubus tells the handle as a signed number.
    this.#linkUp(network, { cid_4: String(client), pdh_4: String(handle | 0) });
    return true;
  }

  #request(apn: string): TlvValues<(typeof wdsStartNetwork)['request']> {
    const user = optionOf(this.#host.section, 'username');
    const password = optionOf(this.#host.section, 'password');
    return {
      apn,
      authentication: 3, // PAP and CHAP, always
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      autoconnect: true,
    };
  }

  #linkUp(network: string, data: Readonly<Record<string, string>>): void {
    const { name } = this.#host;
    this.#closeDevice = openNetworkDevice(this.#machine, this.#stack, network, MTU);
    this.#host.up({ device: network, addresses: [], routes: [], dns: [], data });
    this.#netifd(`Network device '${network}' link is up`);
    this.#netifd(`Network alias '${network}' link is up`);
    this.#machine.clock.after(CHILD_MS, () =>
      this.#host.addChild({ name: `${name}_4`, device: network, proto: 'dhcp' }),
    );
  }

  /** One run of uqmi for one question: a client of its own, the question, the client given back. */
  async #ask<Q extends TlvSpecs, A extends TlvSpecs>(
    script: HandlerScript,
    service: QmiCommand['service'],
    command: QmiCommand<Q, A>,
    request: TlvValues<Q>,
  ): Promise<QmiReply<A> | undefined> {
    return this.#uqmi(script, async (qmi) => {
      const client = await qmi.allocate(service);
      if (client === undefined) return undefined;
      const reply = await qmi.ask(command, request, client);
      await qmi.release(service, client);
      return reply;
    });
  }

  async #uqmi<T>(
    script: HandlerScript,
    body: (qmi: QmiClient) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    await script.sleep(UQMI_MS);
    const port = this.#machine.usb.openControl(this.#device);
    if (!port) return undefined;
    const qmi = createQmiClient(this.#machine.clock, port);
    try {
      return await body(qmi);
    } finally {
      qmi.close();
    }
  }

  #fail(code: string, then: 'again' | 'blocked' | 'unavailable'): false {
    this.#host.error(code);
    if (then === 'blocked') this.#host.blockRestart();
    if (then === 'unavailable') this.#host.setAvailable(false);
    return false;
  }

  #netifd(text: string): void {
    this.#machine.log.add('daemon.notice', 'netifd', text);
  }
}
