import { seconds, type Ms } from '../../../../core/units.ts';
import { deviceCaps } from '../../../../protocols/mbim/basic-connect/device.ts';
import { packetService, registerState } from '../../../../protocols/mbim/basic-connect/registration.ts';
import { connect, ipConfiguration } from '../../../../protocols/mbim/basic-connect/session.ts';
import { mbimContextType } from '../../../../protocols/mbim/services.ts';
import type { RouterMachine } from '../../machine.ts';
import type { Stack } from '../stack.ts';
import { createMbimClient, type MbimClient } from '../wwan/mbim-client.ts';
import { openNetworkDevice } from '../wwan/network-device.ts';
import { startHandler, type HandlerScript } from './handler-script.ts';
import { prepareMbimCard } from './mbim-card.ts';
import { flagOf, optionOf, type Proto, type ProtoHost } from './types.ts';
import {
  MUTE,
  UMBIM_MS,
  capsLines,
  configurationLines,
  connectLines,
  packetServiceLines,
  registrationLines,
  sayMbim,
  type AnswerOf,
} from './umbim-words.ts';

/** `sleep` between connecting and asking for addresses, and after a bring-up that failed. */
const SETTLE_MS: Ms = 4_000;
const RETRY_MS: Ms = 15_000;
/** How long the registration may take, looked at once a second: `option timeout` has no say here. */
const REGISTRATION_MS: Ms = 20_000;
const CHILD_MS: Ms = 800;

/**
 * The mbim protocol handler of the umbim package, with the bytes that umbim sends. Source: the log and the messages of
 * real sessions (OpenWrt main r32307); what older releases say differently is not told apart.
 */
export function createProtoMbim(machine: RouterMachine, stack: Stack): Proto {
  return {
    name: 'mbim',
    noDevice: true,
    needsCarrier: false,
    start: (host) => {
      const call = new MbimCall(machine, stack, host);
      return startHandler({
        machine,
        host,
        setup: (script) => call.setup(script),
        teardown: (script) => call.teardown(script),
      });
    },
  };
}

class MbimCall {
  readonly #machine: RouterMachine;
  readonly #stack: Stack;
  readonly #host: ProtoHost;
  #mbim: MbimClient | undefined;
  #closeDevice: (() => void) | undefined;

  constructor(machine: RouterMachine, stack: Stack, host: ProtoHost) {
    this.#machine = machine;
    this.#stack = stack;
    this.#host = host;
  }

  async setup(script: HandlerScript): Promise<boolean> {
    const device = optionOf(this.#host.section, 'device') ?? '';
    if (device === '') return this.#unavailable(script, 'No control device specified', 'NO_DEVICE');
    if (this.#machine.files.kind(device) !== 'device')
      return this.#unavailable(script, 'The specified control device does not exist', 'NO_DEVICE');
    const network = this.#machine.usb.networkOf(device);
    const port = this.#machine.usb.openControl(device);
    if (network === undefined || !port)
      return this.#unavailable(script, 'Failed to find matching interface', 'NO_IFNAME');
    if ((optionOf(this.#host.section, 'apn') ?? '') === '') {
      sayMbim(script, 'No APN specified');
      this.#host.error('NO_APN');
    } else {
      await script.sleep(seconds(Number(optionOf(this.#host.section, 'delay') ?? 0)));
      const mbim = createMbimClient(this.#machine.clock, port);
      this.#mbim = mbim;
      if (await this.#bringUp(script, mbim, network)) return true;
      const ended = await mbim.set(connect, this.#order('deactivate'));
      if (!ended) script.print(MUTE);
      else if (ended.values) this.#print(script, connectLines(ended.values));
    }
    this.#machine.log.add('user.notice', 'root', 'mbim bringup failed, retry in 15s');
    await script.sleep(RETRY_MS);
    return false;
  }

  async teardown(script: HandlerScript): Promise<void> {
    sayMbim(script, 'Stopping network');
    await script.sleep(UMBIM_MS);
    const device = optionOf(this.#host.section, 'device') ?? '';
    if (this.#machine.files.kind(device) !== 'device')
      script.print('open failed: : No such file or directory');
    const mbim = this.#mbim;
    this.#mbim = undefined;
    await mbim?.set(connect, this.#order('deactivate'));
    await mbim?.close();
    this.#closeDevice?.();
  }

  async #bringUp(script: HandlerScript, mbim: MbimClient, network: string): Promise<boolean> {
    sayMbim(script, 'Reading capabilities');
    await script.sleep(UMBIM_MS);
    const opened = await mbim.open();
    const caps = opened === 0 ? (await mbim.query(deviceCaps))?.values : undefined;
    if (!caps) {
      script.print(MUTE);
      sayMbim(script, 'Failed to read modem caps');
      this.#host.error('PIN_FAILED'); // the handler's own word for it
      return false;
    }
    this.#print(script, capsLines(caps));
    return (
      (await this.#card(script, mbim)) &&
      (await this.#registration(script, mbim)) &&
      (await this.#attach(script, mbim)) &&
      (await this.#connect(script, mbim)) &&
      this.#configure(script, mbim, network)
    );
  }

  async #card(script: HandlerScript, mbim: MbimClient): Promise<boolean> {
    const pincode = optionOf(this.#host.section, 'pincode') ?? '';
    const refusal = await prepareMbimCard(mbim, script, pincode);
    if (!refusal) return true;
    this.#host.error(refusal.code);
    if (refusal.blocks) this.#host.blockRestart();
    return false;
  }

  async #registration(script: HandlerScript, mbim: MbimClient): Promise<boolean> {
    sayMbim(script, 'Register with network');
    for (let waited = 0; ; waited += 1_000) {
      await script.sleep(UMBIM_MS);
      const state = (await mbim.query(registerState))?.values;
      const searching = state?.registerState === 'searching' || state?.registerState === 'deregistered';
      if (searching && waited < REGISTRATION_MS) {
        await script.sleep(1_000);
        continue;
      }
      if (state) this.#print(script, registrationLines(state));
      const mode = state?.registerState;
      const allowed =
        mode === 'home' || (mode === 'roaming' && flagOf(this.#host.section, 'allow_roaming', false));
      if (allowed) {
        sayMbim(script, `Registered in ${mode} mode`);
        return true;
      }
      const code = mode === 'denied' ? 6 : mode === 'roaming' ? 4 : 2;
      sayMbim(script, `Subscriber registration failed (code ${code})`);
      this.#host.error('NO_REGISTRATION');
      return false;
    }
  }

  async #attach(script: HandlerScript, mbim: MbimClient): Promise<boolean> {
    sayMbim(script, 'Attach to network');
    await script.sleep(UMBIM_MS);
    const state = (await mbim.set(packetService, { action: 'attach' }))?.values;
    if (state) this.#print(script, packetServiceLines(state));
    if (state?.state === 'attached') return true;
    sayMbim(script, 'Failed to attach to network');
    this.#host.error('ATTACH_FAILED');
    return false;
  }

  async #connect(script: HandlerScript, mbim: MbimClient): Promise<boolean> {
    sayMbim(script, 'Connect to network');
    await script.sleep(UMBIM_MS);
    const answer = await mbim.set(connect, this.#order('activate'));
    if (answer?.values) this.#print(script, connectLines(answer.values));
    if (answer?.status === 0 && answer.values?.activationState === 'activated') {
      sayMbim(script, 'Connected');
      await script.sleep(SETTLE_MS);
      return true;
    }
    sayMbim(script, 'Failed to connect bearer');
    this.#host.error('CONNECT_FAILED');
    return false;
  }

  async #configure(script: HandlerScript, mbim: MbimClient, network: string): Promise<boolean> {
    sayMbim(script, `Setting up ${network}`);
    await script.sleep(UMBIM_MS);
    const settings = (await mbim.queryWith(ipConfiguration, { sessionId: 0 }))?.values;
    if (!settings) {
      this.#host.error('CONFIG_FAILED');
      return false;
    }
    this.#print(script, configurationLines(settings));
    const { name } = this.#host;
    const mtu = settings.ipv4Mtu || 1_500;
    this.#closeDevice = openNetworkDevice(this.#machine, this.#stack, network, mtu);
    this.#host.up({ device: network, addresses: [], routes: [], dns: [] });
    for (const what of ['device', 'alias']) {
      this.#machine.log.add('daemon.notice', 'netifd', `Network ${what} '${network}' link is up`);
    }
    this.#machine.clock.after(CHILD_MS, () => {
      this.#host.addChild({
        name: `${name}_4`,
        device: network,
        proto: 'static',
        options: staticOptions(settings),
      });
      script.print(`Setting MTU of ${network} to ${mtu}`);
    });
    return true;
  }

  /** `ip type` stands for the family of `option pdptype`; unset is the network's choice. */
  #order(command: 'activate' | 'deactivate') {
    const { section } = this.#host;
    return {
      sessionId: 0,
      command,
      accessString: optionOf(section, 'apn') ?? '',
      userName: optionOf(section, 'username') ?? '',
      password: optionOf(section, 'password') ?? '',
      compression: 'none',
      authProtocol: optionOf(section, 'username') === undefined ? 'none' : 'chap',
      ipType: optionOf(section, 'pdptype') === 'ipv4' ? 'ipv4' : 'default',
      contextType: mbimContextType.internet,
    } as const;
  }

  #unavailable(script: HandlerScript, words: string, code: string): false {
    sayMbim(script, words);
    this.#host.error(code);
    this.#host.setAvailable(false);
    return false;
  }

  #print(script: HandlerScript, lines: readonly string[]): void {
    for (const line of lines) script.print(`  ${line}`);
  }
}

function staticOptions(
  settings: AnswerOf<typeof ipConfiguration>,
): Record<string, string | readonly string[]> {
  const [first] = settings.ipv4Addresses;
  return {
    ...(first ? { ipaddr: `${first.address}/${first.prefixLength}` } : {}),
    ...(settings.ipv4Gateway === undefined ? {} : { gateway: settings.ipv4Gateway }),
    dns: settings.ipv4Dns,
  };
}
