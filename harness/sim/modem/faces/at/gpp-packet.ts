import { cme } from '../../../../protocols/at/error-codes.ts';
import { addressBytes } from '../../../../protocols/ip/address.ts';
import { addressBytes6 } from '../../../../protocols/ip/address6.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { PdpType, Session } from '../../../network/network.ts';
import { bearerOf, contextOf, isAttached, type PdpContext } from '../../state.ts';
import { cmeError, constant, integerIn, ok, portSetting, remembered } from './answer.ts';
import type { Answer, AtAnswer, AtCall, Family } from './wire.ts';

/** TS 27.007 10: packet domain. */
export const gppPacket: Family = {
  '+CGDCONT': { read: readContexts, set: setContext, test: testContexts },
  '+CGATT': { read: readAttach, set: setAttach, test: constant('+CGATT: (0,1)') },
  '+CGACT': { read: readActive, set: setActive, test: constant('+CGACT: (0,1)') },
  '+CGPADDR': { exec: (at) => addresses(at, []), set: addresses, test: testAddresses },
  '+CGCONTRDP': { exec: dynamicContexts, set: dynamicContexts, test: constant() },
  '+CGEREP': portSetting('+CGEREP', 'packetEvents', 2),
  '+CGCLASS': { read: constant('+CGCLASS: "A"'), test: constant('+CGCLASS: ("A")') },
  // TS 27.007 10.1.21: circuit or packet domain for messages; the emulated network has one way.
  '+CGSMS': remembered('+CGSMS', 1, 3),
};

export const HIGHEST_CID = 24;
/** From here on contexts are those of QMI and MBIM calls, which AT does not show. */
const FIRST_INTERNAL_CID = 100;

export function userContexts({ state }: AtCall['runtime']): readonly PdpContext[] {
  return state.contexts.filter(({ cid }) => cid < FIRST_INTERNAL_CID);
}
const TYPES: readonly PdpType[] = ['IP', 'IPV6', 'IPV4V6', 'PPP'];

// As firmware of both makers writes "none": by the bytes of the longest address of the type.
const noAddress: Readonly<Record<PdpType, string>> = {
  IP: dotted(new Uint8Array(4)),
  PPP: dotted(new Uint8Array(4)),
  IPV6: dotted(new Uint8Array(16)),
  IPV4V6: dotted(new Uint8Array(16)),
};

function dotted(bytes: Uint8Array): string {
  return bytes.join('.');
}

function readContexts({ runtime }: AtCall): AtAnswer {
  return ok(
    ...userContexts(runtime).map(
      ({ cid, type, apn }) => `+CGDCONT: ${cid},"${type}","${apn}","${noAddress[type]}",0,0,0,0`,
    ),
  );
}

function testContexts(): AtAnswer {
  return ok(...TYPES.map((type) => `+CGDCONT: (1-${HIGHEST_CID}),"${type}",,,(0-2),(0-4),(0,1),(0,1)`));
}

function setContext({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const cid = integerIn(values[0], 1, HIGHEST_CID);
  if (cid === undefined) return cmeError(cme.incorrectParameters);
  if (values.length === 1) {
    runtime.input({ kind: 'undefineContext', cid });
    return ok();
  }
  const type = TYPES.find((candidate) => candidate === values[1]?.text.toUpperCase());
  const apn = values[2]?.text ?? '';
  // TS 23.003 9.1: at most 100 octets.
  if (!type || apn.length > 100) return cmeError(cme.incorrectParameters);
  // What else a profile has stays: +CGDCONT does not name it.
  const known = contextOf(runtime.state, cid);
  runtime.input({ kind: 'defineContext', context: { ...known, cid, type, apn } });
  return ok();
}

function readAttach({ runtime }: AtCall): AtAnswer {
  return ok(`+CGATT: ${isAttached(runtime.state) ? 1 : 0}`);
}

function setAttach({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const on = integerIn(values[0], 0, 1);
  if (on === undefined) return cmeError(cme.incorrectParameters);
  if (on === 1 && runtime.state.registration.phase !== 'registered') return cmeError(cme.noNetworkService);
  runtime.input({ kind: on === 1 ? 'attach' : 'detach' });
  return ok();
}

function readActive({ runtime }: AtCall): AtAnswer {
  const active = (cid: number): number => (bearerOf(runtime.state, cid)?.phase === 'active' ? 1 : 0);
  return ok(...userContexts(runtime).map(({ cid }) => `+CGACT: ${cid},${active(cid)}`));
}

/** +CGACT=state[,cid…]: without a cid, all contexts. */
export function setActive({ runtime }: AtCall, values: readonly AtValue[]): Answer {
  const on = integerIn(values[0], 0, 1);
  const given = values.slice(1).map((value) => integerIn(value, 1, HIGHEST_CID));
  const cids = given.length > 0 ? given : userContexts(runtime).map(({ cid }) => cid);
  if (on === undefined || cids.some((cid) => cid === undefined || !contextOf(runtime.state, cid))) {
    return cmeError(cme.incorrectParameters);
  }
  const known = cids as readonly number[];
  if (on === 1) return activateAll(runtime, known);
  for (const cid of known) runtime.disconnect(cid);
  return ok();
}

async function activateAll(runtime: AtCall['runtime'], cids: readonly number[]): Promise<AtAnswer> {
  for (const cid of cids) {
    const granted = await new Promise<boolean>((resolve) => {
      runtime.connect(cid, {}, (answer) => resolve(!('refused' in answer)));
    });
    if (!granted) return cmeError(isAttached(runtime.state) ? cme.unspecifiedGprs : cme.noNetworkService);
  }
  return ok();
}

/** Without an address the parameter is left out (TS 27.007 10.1.14). */
function addresses({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const given = values.map((value) => integerIn(value, 1, HIGHEST_CID));
  const cids = given.length > 0 ? given : userContexts(runtime).map(({ cid }) => cid);
  if (cids.some((cid) => cid === undefined)) return cmeError(cme.incorrectParameters);
  const lines = (cids as readonly number[])
    .filter((cid) => contextOf(runtime.state, cid))
    .map((cid) => {
      const { address, address6 } = bearerOf(runtime.state, cid) ?? {};
      // +CGPIAF=0: IPv6 in the dotted notation of TS 27.007 10.1.14.
      const given6 = address6 === undefined ? undefined : dotted(addressBytes6(address6));
      const both = [address, given6].filter((one) => one !== undefined);
      return [`+CGPADDR: ${cid}`, ...both.map((one) => `"${one}"`)].join(',');
    });
  return ok(...lines);
}

function testAddresses({ runtime }: AtCall): AtAnswer {
  return ok(
    `+CGPADDR: (${userContexts(runtime)
      .map(({ cid }) => cid)
      .join(',')})`,
  );
}

/** TS 27.007 10.1.23: cid, bearer, access point, address with its mask, gateway, name servers; a line for each family. */
function dynamicContexts({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const wanted = values.length > 0 ? integerIn(values[0], 1, HIGHEST_CID) : undefined;
  if (values.length > 1 || (values.length === 1 && wanted === undefined)) {
    return cmeError(cme.incorrectParameters);
  }
  const lines = userContexts(runtime)
    .filter(({ cid }) => wanted === undefined || cid === wanted)
    .flatMap(({ cid, apn }) => {
      const session = runtime.sessionOf(cid);
      return (session ? familiesOf(session) : []).map((parts) => {
        const quoted = [apn, ...parts].map((part) => `"${part}"`);
        return `+CGCONTRDP: ${cid},${cid + FIRST_BEARER - 1},${quoted.join(',')}`;
      });
    });
  return ok(...lines);
}

/** EPS bearer identities below are reserved (TS 24.007 11.2.3.1.5). */
const FIRST_BEARER = 5;

function familiesOf({ ipv4, ipv6 }: Session): readonly (readonly string[])[] {
  const four = ipv4 && [withMask(addressBytes(ipv4.address), ipv4.prefixLength), ipv4.gateway, ...ipv4.dns];
  const six = ipv6 && [
    withMask(addressBytes6(ipv6.address), ipv6.prefixLength),
    ...[ipv6.gateway, ...ipv6.dns].map((address) => dotted(addressBytes6(address))),
  ];
  return [four, six].filter((one) => one !== undefined);
}

function withMask(address: Uint8Array, prefixLength: number): string {
  const mask = address.map((_byte, at) => 0xff00 >> Math.min(8, Math.max(0, prefixLength - 8 * at)));
  return dotted(Uint8Array.of(...address, ...mask));
}
