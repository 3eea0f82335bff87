import { readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { HarnessError, messageOf } from '../core/errors.ts';
import type { TcpTarget } from '../transport/ssh.ts';
import { secretFrom } from './environment.ts';
import type { LabRigFile } from './rig-file.ts';
import type { LabRouterValues, LoginValues } from './router-schema.ts';
import { sshHost, type SshHost } from './ssh-config.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * How a lab rig's router is reached over SSH: as its rig file says, and ~/.ssh/config where that says nothing.
 * @throws HarnessError `rig.no-key`, `rig.no-password`, `rig.no-agent`, `rig.jump-chain`
 */
export function routerTarget({ id, path, router }: LabRigFile): TcpTarget {
  return { ...targetOf(id, path, router, { user: 'root', password: '' }), ...jumpTarget(path, router) };
}

function jumpTarget(path: string, router: LabRouterValues): Pick<TcpTarget, 'jump'> {
  const jump = jumpOf(router);
  return jump ? { jump: targetOf(`jump host ${jump.host}`, path, jump, { user: userInfo().username }) } : {};
}

/** How it is reached once its settings were dropped; undefined where its rig file does not say. */
export function factoryTarget({ id, path, router }: LabRigFile): TcpTarget | undefined {
  const { factory, hostKey } = router;
  if (!factory) return undefined;
  const host = factory.host ?? router.host;
  const port = factory.port ?? (host === router.host ? router.port : undefined);
  return {
    ...targetOf(id, path, { ...factory, host, port, hostKey }, { user: 'root', password: '' }),
    ...jumpTarget(path, router),
  };
}

/** Where the router and its jump host are, whatever they are called in rig files. */
export function routerAddress(router: LabRouterValues): Address & { readonly jump?: Address } {
  const jump = jumpOf(router);
  return { ...addressOf(router), ...(jump ? { jump: addressOf(jump) } : {}) };
}

function addressOf({ host, port }: LoginValues): Address {
  const configured = configOf(host);
  return { host: configured.hostname ?? host, port: port ?? Number(configured.port ?? 22) };
}

function targetOf(
  name: string,
  path: string,
  login: LoginValues,
  fallback: { readonly user: string; readonly password?: string },
): TcpTarget {
  const configured = configOf(login.host);
  const { hostKey } = login;
  const given = credentialsOf(path, login, configured);
  return {
    name,
    ...addressOf(login),
    user: login.user ?? configured.user ?? fallback.user,
    ...(hostKey === undefined ? {} : { hostKey }),
    ...(Object.keys(given).length === 0 && fallback.password !== undefined
      ? { password: fallback.password }
      : given),
  };
}

type Credentials = Pick<TcpTarget, 'password' | 'privateKey' | 'passphrase' | 'agent'>;

function credentialsOf(path: string, login: LoginValues, configured: SshHost): Credentials {
  const { passwordEnv, keyFile, passphraseEnv } = login;
  const password = passwordEnv === undefined ? login.password : secretFrom(path, passwordEnv);
  const named = password !== undefined || keyFile !== undefined || login.agent;
  const key = keyFile ?? (named ? undefined : configured.identityfile);
  return {
    ...(password === undefined ? {} : { password }),
    ...(key === undefined ? {} : { privateKey: readKey(resolve(dirname(path), withHome(key))) }),
    ...(passphraseEnv === undefined ? {} : { passphrase: secretFrom(path, passphraseEnv) }),
    ...(login.agent ? { agent: agentSocket() } : {}),
  };
}

/** `ProxyJump [user@]host[:port]` counts where the rig file has no jump host; its key has to be pinned there all the same. */
function jumpOf({ host, jump }: LabRouterValues): LoginValues | undefined {
  const proxy = configOf(host).proxyjump;
  if (jump || proxy === undefined || proxy.toLowerCase() === 'none') return jump;
  const [, user, name, port] = /^(?:([^@,]+)@)?([^@,:]+)(?::(\d+))?$/.exec(proxy) ?? [];
  if (name === undefined) throw jumpChain(host, proxy);
  return {
    host: name,
    agent: false,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

function configOf(host: string): SshHost {
  try {
    return sshHost(readFileSync(join(home(), '.ssh/config'), 'utf8'), host);
  } catch {
    return {}; // most have none
  }
}

const withHome = (path: string): string => path.replace(/^(?:~|%d)(?=\/)/, home());

const home = (): string => process.env['HOME'] ?? homedir();

function agentSocket(): string {
  const socket = process.env['SSH_AUTH_SOCK'];
  if (socket !== undefined && socket !== '') return socket;
  throw new HarnessError('no ssh-agent is there: SSH_AUTH_SOCK is not set', {
    code: 'rig.no-agent',
    blame: 'rig',
    effect: 'none',
    hint: 'start one and give it the key: eval "$(ssh-agent)" && ssh-add',
  });
}

function readKey(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new HarnessError(`the private key ${path} cannot be read: ${messageOf(error)}`, {
      code: 'rig.no-key',
      blame: 'rig',
      effect: 'none',
      hint: 'keyFile in the rig file is a path from the folder of that file; left out: the key that ~/.ssh/config names',
      cause: error,
    });
  }
}

const jumpChain = (host: string, proxy: string): HarnessError =>
  new HarnessError(`~/.ssh/config reaches ${host} through ${proxy}: one jump host is all that can be taken`, {
    code: 'rig.jump-chain',
    blame: 'rig',
    effect: 'none',
    hint: 'put the one that is wanted into the rig file, as router.jump',
  });
