import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { Credentials, PdpType } from '../../../network/network.ts';
import { contextOf } from '../../state.ts';
import { cmeError, constant, integerIn, ok } from './answer.ts';
import { HIGHEST_CID, userContexts } from './gpp-packet.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** Who logs in to a context: Qualcomm's own command, and the one that Quectel has besides. */
export const qualcommPacket: Family = {
  $QCPDPP: { read: readLogins, set: setLogin, test: constant(`$QCPDPP: (1-${HIGHEST_CID}),(0-3),,`) },
};

export const quectelPacket: Family = {
  '+QICSGP': {
    set: configure,
    test: constant(`+QICSGP: (1-${HIGHEST_CID}),(1-3),<APN>,<username>,<password>,(0-3)`),
  },
};

/** By number: none, PAP, CHAP, either. */
const methods = [undefined, 'pap', 'chap', 'either'] as const;

/** The password is not told. */
function readLogins({ runtime }: AtCall): AtAnswer {
  return ok(
    ...userContexts(runtime).map(({ cid, credentials }) =>
      credentials
        ? `$QCPDPP: ${cid},${methods.indexOf(credentials.method)},"${credentials.user}"`
        : `$QCPDPP: ${cid},0`,
    ),
  );
}

/** `=cid[,method[,password[,user]]]`: the password first. */
function setLogin({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const cid = integerIn(values[0], 1, HIGHEST_CID);
  const method = values.length > 1 ? integerIn(values[1], 0, 3) : 0;
  const context = cid === undefined ? undefined : contextOf(runtime.state, cid);
  if (!context || method === undefined || values.length > 4) return cmeError(cme.incorrectParameters);
  const credentials = login(method, values[3]?.text, values[2]?.text);
  runtime.input({ kind: 'defineContext', context: { ...context, credentials } });
  return ok();
}

function login(number: number, user = '', password = ''): Credentials | undefined {
  const method = methods[number];
  return method && { method, user, password };
}

const types: readonly PdpType[] = ['IP', 'IPV6', 'IPV4V6'];

/** `=cid` asks; `=cid,type,apn[,user,password[,method]]` writes. */
function configure({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const cid = integerIn(values[0], 1, HIGHEST_CID);
  if (cid === undefined) return cmeError(cme.incorrectParameters);
  const known = contextOf(runtime.state, cid);
  if (values.length === 1) {
    const { type = 'IP', apn = '', credentials } = known ?? {};
    const method = methods.indexOf(credentials?.method);
    return ok(`+QICSGP: ${types.indexOf(type) + 1},"${apn}","${credentials?.user ?? ''}","",${method}`);
  }
  const type = types[(integerIn(values[1], 1, 3) ?? 0) - 1];
  const method = values.length > 5 ? integerIn(values[5], 0, 3) : 0;
  const apn = values[2]?.text ?? '';
  if (!type || method === undefined || apn.length > 100 || values.length > 6) {
    return cmeError(cme.incorrectParameters);
  }
  const credentials = login(method, values[3]?.text, values[4]?.text);
  runtime.input({ kind: 'defineContext', context: { ...known, cid, type, apn, credentials } });
  return ok();
}
