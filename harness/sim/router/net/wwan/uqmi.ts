import type { Clock } from '../../../../core/clock.ts';
import type { Ms } from '../../../../core/units.ts';
import type { QmiCommand, TlvSpecs, TlvValues } from '../../../../protocols/qmi/declare.ts';
import { getIds, getMsisdn } from '../../../../protocols/qmi/dms/identity.ts';
import {
  getOperatingMode,
  operatingMode,
  setFccAuthentication,
  setOperatingMode,
} from '../../../../protocols/qmi/dms/operation.ts';
import { getIccid, getImsi, getPinStatus } from '../../../../protocols/qmi/dms/pin.ts';
import { getServingSystem } from '../../../../protocols/qmi/nas/serving-system.ts';
import { getSignalInfo } from '../../../../protocols/qmi/nas/signal.ts';
import { getCardStatus } from '../../../../protocols/qmi/uim/card-status.ts';
import { wdsGetPacketServiceStatus } from '../../../../protocols/qmi/wds.ts';
import { wdsGetCurrentSettings } from '../../../../protocols/qmi/wds-settings.ts';
import type { Applet } from '../../machine.ts';
import { formatJson } from '../ubus/json.ts';
import { createQmiClient, type QmiClient } from './qmi-client.ts';

/** What an action prints as JSON: a value, nothing at all, or a refusal by its number; undefined: no answer. */
type Outcome = { readonly value?: unknown; readonly error?: number } | undefined;
type Action = (qmi: QmiClient, argument: string) => Promise<Outcome>;

/** `not-registered` is `not_registered` there. */
const underscored = (word: string): string => word.replaceAll('-', '_');
/** Source: uqmi commands-nas.c, commands-uim.c, commands-dms.c; what is not here is called as libqmi calls it. */
const registrationWords: Readonly<Record<string, string>> = { denied: 'registering_denied' };
const pinWords: Readonly<Record<string, string>> = {
  'enabled-not-verified': 'not_verified',
  'enabled-verified': 'verified',
};
/** The table of its qmi-errors.h is off by some for the first numbers. */
const errorWords: Readonly<Record<number, string>> = {
  3: 'Invalid arguments given',
  15: 'Out of call',
  26: 'No effect',
  71: 'Invalid QMI command',
  94: 'Not supported',
};

/** One question with a client of its own, which is given back. */
function ask<Q extends TlvSpecs, A extends TlvSpecs>(
  command: QmiCommand<Q, A>,
  request: TlvValues<Q>,
  read: (values: Partial<TlvValues<A>>) => unknown,
): (qmi: QmiClient) => Promise<Outcome> {
  return async (qmi) => {
    const client = await qmi.allocate(command.service);
    if (client === undefined) return undefined;
    const reply = await qmi.ask(command, request, client);
    await qmi.release(command.service, client);
    if (!reply) return undefined;
    return reply.error === 0 ? { value: read(reply.values) } : { error: reply.error };
  };
}

/** Cards that are not there are passed over. */
const simState = ask(getCardStatus, {}, ({ status }) => {
  const [card] = status?.cards ?? [];
  const [application] = card?.applications ?? [];
  if (card?.state !== 'present' || !application) return {};
  return {
    card_slot: 1,
    card_application_state: application.state,
    pin1_status: pinWords[application.pin1] ?? underscored(application.pin1),
    pin1_verify_tries: application.pin1Left,
    pin1_unlock_tries: application.puk1Left,
  };
});

/** WDS: no connection, connection, suspended, authenticating. Source: uqmi commands-wds.c. */
const dataStates: readonly (string | undefined)[] = [
  'unknown',
  'disconnected',
  'connected',
  'suspended',
  'authenticating',
];
/** Name servers, gateway, address, MTU, family, domains: what it asks for. */
const SETTINGS = 0x0000_e334;
const pdpTypes: readonly (string | undefined)[] = ['ipv4', 'ppp', 'ipv6', 'ipv4-or-ipv6'];
const families: Readonly<Record<number, string>> = { 4: 'ipv4', 6: 'ipv6' };

const actions: Readonly<Record<string, Action>> = {
  'get-data-status': ask(wdsGetPacketServiceStatus, {}, ({ status = 0 }) => dataStates[status] ?? 'unknown'),
  'get-current-settings': ask(wdsGetCurrentSettings, { requested: SETTINGS }, (settings) => ({
    'pdp-type': pdpTypes[settings.pdpType ?? 0],
    'ip-family': families[settings.family ?? 4],
    mtu: settings.mtu,
    ipv4: {
      ip: settings.address,
      dns1: settings.primaryDns,
      dns2: settings.secondaryDns,
      gateway: settings.gateway,
      subnet: settings.subnetMask,
    },
    ipv6: {},
    'domain-names': {},
  })),
  'get-msisdn': ask(getMsisdn, {}, ({ msisdn }) => msisdn),
  'get-imei': ask(getIds, {}, ({ imei }) => imei),
  'get-iccid': ask(getIccid, {}, ({ iccid }) => iccid),
  'get-imsi': ask(getImsi, {}, ({ imsi }) => imsi),
  'uim-get-sim-state': simState,
  'get-pin-status': ask(getPinStatus, {}, ({ pin1 }) => ({
    pin1_status: pin1 && (pinWords[pin1.state] ?? underscored(pin1.state)),
    pin1_verify_tries: pin1?.verifyLeft,
    pin1_unblock_tries: pin1?.unblockLeft,
  })),
  'get-device-operating-mode': ask(getOperatingMode, {}, ({ mode = 'unknown' }) => underscored(mode)),
  'set-device-operating-mode': (qmi, argument) => {
    const mode = Object.keys(operatingMode).find((one) => underscored(one) === argument);
    return ask(
      setOperatingMode,
      { mode: (mode ?? 'online') as keyof typeof operatingMode },
      () => undefined,
    )(qmi);
  },
  'fcc-auth': ask(setFccAuthentication, {}, () => undefined),
  'get-serving-system': ask(getServingSystem, {}, ({ servingSystem, plmn, roaming }) => ({
    registration:
      registrationWords[servingSystem?.registration ?? ''] ??
      underscored(servingSystem?.registration ?? 'unknown'),
    radio_interface: servingSystem?.radioInterfaces,
    ...(plmn ? { plmn_mcc: plmn.mcc, plmn_mnc: plmn.mnc, plmn_description: plmn.name } : {}),
    ...(roaming === undefined ? {} : { roaming: roaming === 'on' }),
  })),
  'get-signal-info': ask(getSignalInfo, {}, ({ lte }) =>
    lte ? { type: 'lte', rssi: lte.rssi, rsrq: lte.rsrq, rsrp: lte.rsrp, snr: lte.snr / 10 } : {},
  ),
};

/** Options of its own that have an argument. */
const WITH_ARGUMENT = new Set(['set-device-operating-mode']);
/** From its start to its first message on a small router. */
const STARTS: Ms = 150;
const USAGE = 'Usage: uqmi <options|actions>\n';

const printed = (value: unknown, single: boolean): string =>
  `${single ? JSON.stringify(value) : formatJson(JSON.parse(JSON.stringify(value)) as unknown)}\n`;

/** uqmi with the actions that ask; netifd's handler has its calls in `proto-qmi.ts`. As in OpenWrt main r32307. */
export const uqmi: Applet = async ({ machine, argv, out, err, signal }) => {
  const { device, wanted, single } = parse(argv.slice(1));
  const unknown = wanted.find(({ action }) => !(action in actions));
  if (unknown || device === undefined) {
    err(unknown ? `uqmi: unrecognized option '--${unknown.action}'\n${USAGE}` : `No device given\n${USAGE}`);
    return 1;
  }
  await machine.clock.sleep(STARTS, signal);
  const port = machine.usb.openControl(device);
  if (!port) {
    err('Failed to open device\n');
    return 2;
  }
  const qmi = createQmiClient(machine.clock as Clock, port);
  try {
    for (const { action, argument } of wanted) {
      const outcome = await actions[action]?.(qmi, argument);
      if (!outcome) {
        err('Request timed out\n');
        out('"Failed to connect to service"\n');
        return 255;
      }
      if (outcome.error !== undefined) {
        out(`${JSON.stringify(errorWords[outcome.error] ?? 'Unknown error')}\n`);
        return 255;
      }
      if (outcome.value !== undefined) out(printed(outcome.value, single));
    }
    return 0;
  } finally {
    qmi.close();
  }
};

interface Wanted {
  readonly action: string;
  readonly argument: string;
}

function parse(words: readonly string[]): {
  readonly device: string | undefined;
  readonly wanted: readonly Wanted[];
  /** `-s`: on one line, for scripts. */
  readonly single: boolean;
} {
  let device: string | undefined;
  let single = false;
  const wanted: Wanted[] = [];
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [option, attached] = word.startsWith('--') ? word.split('=', 2) : [word];
    if (word === '-s' || word === '--single') single = true;
    else if (option === '-d' || option === '--device') device = attached ?? left.shift();
    else if (option === '-t' || option === '--timeout') left.shift();
    else {
      const action = word.replace(/^--/, '');
      wanted.push({ action, argument: WITH_ARGUMENT.has(action) ? (left.shift() ?? '') : '' });
    }
  }
  return { device, wanted, single };
}
