import { seconds, type Ms } from '../../../../core/units.ts';
import { ctlSync } from '../../../../protocols/qmi/ctl.ts';
import type { TlvValues } from '../../../../protocols/qmi/declare.ts';
import { setOperatingMode } from '../../../../protocols/qmi/dms/operation.ts';
import { getServingSystem, initiateNetworkRegister } from '../../../../protocols/qmi/nas/serving-system.ts';
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
import { startHandler, type HandlerScript } from './handler-script.ts';
import { prepareCard } from './qmi-card.ts';
import { optionOf, type Proto, type ProtoHost } from './types.ts';
import { createUqmiRuns, type UqmiRuns } from './uqmi-runs.ts';

/** `sleep 5` before the first look at the registration; the others are a second apart. */
const FIRST_LOOK_MS: Ms = seconds(5);
const REGISTER_PATIENCE: Ms = seconds(20);
/** From "link up" to the dynamic interface. */
const CHILD_MS: Ms = 800;
const MTU = 1_500;
/** `option timeout`: how often card and network are looked at again. */
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
    if (this.#device === '') {
      script.print('No control device specified');
      return this.#fail('NO_DEVICE', 'unavailable');
    }
    await script.sleep(seconds(Number(optionOf(this.#host.section, 'delay') ?? 0)));
    const network = this.#machine.usb.networkOf(this.#device);
    if (this.#machine.files.kind(this.#device) !== 'device') {
      script.print('The specified control device does not exist');
      return this.#fail('NO_DEVICE', 'unavailable');
    }
    if (network === undefined) {
      script.print('The interface could not be found.');
      return this.#fail('NO_IFACE', 'unavailable');
    }
    const refusal = await prepareCard(this.#uqmi(script), script, {
      pincode: optionOf(this.#host.section, 'pincode') ?? '',
      tries: this.#tries,
    });
    if (refusal !== undefined) return this.#fail(refusal, 'blocked');
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
        await this.#uqmi(script).run((qmi) =>
          qmi.ask(
            wdsStopNetwork,
            { handle, ...(handle === everyHandle ? { disableAutoconnect: true } : {}) },
            call.client,
          ),
        );
      }
      await this.#uqmi(script).run((qmi) => qmi.release('wds', call.client));
    }
    this.#closeDevice?.();
  }

  get #device(): string {
    return optionOf(this.#host.section, 'device') ?? '';
  }

  get #tries(): number {
    const tries = Number(optionOf(this.#host.section, 'timeout') ?? DEFAULT_TIMEOUT);
    return tries === 0 ? Infinity : tries;
  }

  #uqmi(script: HandlerScript): UqmiRuns {
    return createUqmiRuns(this.#machine, script, this.#device);
  }

  /** What may still run is stopped, for both families; the radio is switched on. */
  async #prepare(script: HandlerScript): Promise<void> {
    const stop = { handle: everyHandle, disableAutoconnect: true };
    await this.#uqmi(script).ask('wds', wdsStopNetwork, stop);
    await this.#uqmi(script).run(async (qmi) => {
      const client = (await qmi.allocate('wds')) ?? 0;
      await qmi.ask(wdsSetIpFamily, { family: ipFamily.ipv6 }, client);
      await qmi.ask(wdsStopNetwork, stop, client);
      await qmi.release('wds', client);
    });
    await this.#uqmi(script).ask('dms', setOperatingMode, { mode: 'online' });
  }

  async #framing(script: HandlerScript, network: string): Promise<boolean> {
    await this.#uqmi(script).ask('wda', wdaSetDataFormat, { linkProtocol: linkProtocol.ethernet });
    const reply = await this.#uqmi(script).ask('wda', wdaGetDataFormat, {});
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
    await this.#uqmi(script).run((qmi) => qmi.ask(ctlSync, {}));
    const register = (): Promise<unknown> =>
      this.#uqmi(script).ask('nas', initiateNetworkRegister, { action: 'automatic' }, REGISTER_PATIENCE);
    await register();
    script.print('Waiting for network registration');
    await script.sleep(FIRST_LOOK_MS);
    for (let tried = 0; ; tried++) {
      const reply = await this.#uqmi(script).ask('nas', getServingSystem, {});
      const state = reply?.values.servingSystem?.registration;
      if (state === 'registered') return true;
      const goesOn = state === 'searching' || state === 'not-registered';
      if (!goesOn || tried >= this.#tries) {
        script.print(
          goesOn
            ? 'Network registration failed, registration timeout reached'
            : `Network registration failed (reason: '${state === undefined ? '' : words[state]}')`,
        );
        return this.#fail('NETWORK_REGISTRATION_FAILED', 'again');
      }
      if (state === 'not-registered') {
        script.print('Device stopped network registration. Restart network registration');
        await register();
      }
      await script.sleep(seconds(1));
    }
  }

  async #start(script: HandlerScript, network: string): Promise<boolean> {
    const apn = optionOf(this.#host.section, 'apn') ?? '';
    await this.#uqmi(script).ask('wds', wdsModifyProfile, {
      profile: { type: 0, index: 1 },
      pdpType: 0,
      apn,
    });
    const client = await this.#uqmi(script).run((qmi) => qmi.allocate('wds'));
    if (client === undefined) {
      script.print('Unable to obtain client ID');
      return this.#fail('NO_CID', 'again');
    }
    await this.#uqmi(script).run((qmi) => qmi.ask(wdsSetIpFamily, { family: ipFamily.ipv4 }, client));
    const started = await this.#uqmi(script).run((qmi) =>
      qmi.ask(wdsStartNetwork, this.#request(apn), client),
    );
    const handle = started?.values.handle;
    if (handle === undefined) return this.#refused(script, client, 'Unable to connect IPv4');
    const status = await this.#uqmi(script).run((qmi) => qmi.ask(wdsGetPacketServiceStatus, {}, client));
    if (status?.values.status !== 2) return this.#refused(script, client, 'No data link!');
    this.#call = { client, handle };
    script.print(`Setting up ${network}`);
    // ubus tells the handle as a signed number.
    this.#linkUp(network, { cid_4: String(client), pdh_4: String(handle | 0) });
    return true;
  }

  async #refused(script: HandlerScript, client: number, words: string): Promise<false> {
    script.print(words);
    await this.#uqmi(script).run((qmi) => qmi.release('wds', client));
    return this.#fail('CALL_FAILED', 'again');
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
