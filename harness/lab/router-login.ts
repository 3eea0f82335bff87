import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { HarnessError, messageOf } from '../core/errors.ts';
import { thisUser } from '../local/user.ts';
import type { TcpTarget } from '../transport/ssh.ts';
import { secretFrom } from './environment.ts';
import type { LabRigFile } from './rig-file.ts';
import type { LoginValues } from './router-schema.ts';
import { readSshHost, sshHome, type SshHost } from './ssh-config.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * How a lab rig's router is reached over SSH: as its rig file says, and ~/.ssh/config where that says nothing.
 * @throws HarnessError `rig.no-key`, `rig.no-password`, `rig.no-agent`, `rig.jump-chain`, `rig.proxy-command`
 */
export function routerTarget({ id, path, router }: LabRigFile): TcpTarget {
  return { ...targetOf(id, path, router, { user: 'root', password: '' }), ...jumpTarget(path, router) };
}

function jumpTarget(path: string, router: LoginValues): Pick<TcpTarget, 'jump'> {
  return hopsOf(router).reduceRight<Pick<TcpTarget, 'jump'>>((before, hop) => {
    const target = targetOf(`jump host ${hop.host}`, path, hop, { user: thisUser().name });
    return { jump: { ...target, ...before } };
  }, {});
}

/** The jump hosts, the one beside the router first. */
function hopsOf(router: LoginValues): readonly LoginValues[] {
  const hops: LoginValues[] = [];
  for (let hop = jumpOf(router); hop; hop = jumpOf(hop)) {
    const { host } = hop;
    // `Host *` is also the jump host that is named there: none is reached through itself.
    if ([router, ...hops].some((known) => known.host === host)) break;
    hops.push(hop);
  }
  return hops;
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

/** Where the router is, and the jump hosts before it, whatever they are called in rig files. */
export const routerAddresses = (router: LoginValues): readonly Address[] =>
  [router, ...hopsOf(router)].map((one) => addressOf(one));

function addressOf(
  { host, port, user }: LoginValues,
  configured: SshHost = readSshHost(host, user),
): Address {
  return { host: configured.hostname ?? host, port: port ?? Number(configured.port ?? 22) };
}

function targetOf(
  name: string,
  path: string,
  login: LoginValues,
  fallback: { readonly user: string; readonly password?: string },
): TcpTarget {
  const configured = readSshHost(login.host, login.user);
  const { hostKey } = login;
  const given = credentialsOf(path, login, configured);
  return {
    name,
    ...addressOf(login, configured),
    user: login.user ?? configured.user ?? fallback.user,
    ...(hostKey === undefined ? {} : { hostKey }),
    ...(Object.keys(given).length === 0 && fallback.password !== undefined
      ? { password: fallback.password }
      : given),
  };
}

type Credentials = Pick<TcpTarget, 'password' | 'privateKey' | 'keyFile' | 'passphrase' | 'agent'>;

function credentialsOf(path: string, login: LoginValues, configured: SshHost): Credentials {
  const { passwordEnv, keyFile, passphraseEnv } = login;
  const password = passwordEnv === undefined ? login.password : secretFrom(path, passwordEnv);
  const named = password !== undefined || keyFile !== undefined || login.agent;
  const key =
    keyFile === undefined ? configuredKey(named, configured) : resolve(dirname(path), withHome(keyFile));
  return {
    ...(password === undefined ? {} : { password }),
    ...(key === undefined ? {} : keyIn(key)),
    ...(passphraseEnv === undefined ? {} : { passphrase: secretFrom(path, passphraseEnv) }),
    ...(login.agent ? { agent: agentSocket(configured) } : {}),
  };
}

/** ssh passes over those that are not there; where none is, the first is what is missing. */
function configuredKey(named: boolean, { identityfile = [] }: SshHost): string | undefined {
  const files = named || identityfile.includes('none') ? [] : identityfile;
  return files.find((file) => existsSync(file)) ?? files[0];
}

/**
 * `ProxyJump [user@]host[:port]` counts where the rig file has no jump host, and so does what a host of its list says of
 * its own way; their keys have to be pinned in the rig file all the same.
 */
function jumpOf({ host, user, jump }: LoginValues): LoginValues | undefined {
  if (jump) return jump;
  const { proxyjump, proxycommand } = readSshHost(host, user);
  const proxy = proxyjump ?? forwarder(host, proxycommand);
  if (proxy === undefined || proxy.toLowerCase() === 'none') return undefined;
  // The last one is beside the router.
  return proxy.split(',').reduce<LoginValues | undefined>((before, hop) => {
    const [, name, at, port] =
      /^(?:ssh:\/\/)?(?:(.+)@)?([^@:/[\]]+|\[[^\]]+\])(?::(\d+))?\/?$/.exec(hop.trim()) ?? [];
    if (at === undefined) throw strangeJump(host, proxy);
    return {
      host: at.replace(/^\[(.*)\]$/, '$1'),
      agent: false,
      ...(name === undefined ? {} : { user: name }),
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(before ? { jump: before } : {}),
    };
  }, undefined);
}

/** `ssh -W %h:%p bastion` is ProxyJump's older form. Another program is not run. */
function forwarder(host: string, command: string | undefined): string | undefined {
  if (command === undefined || command.toLowerCase() === 'none') return undefined;
  const jump = /^(?:exec )?\S*\bssh (?:-q )?(?:-W \[?%h\]?:%p (?:-q )?(\S+)|(\S+) -W \[?%h\]?:%p)$/.exec(
    command,
  );
  const found = jump?.[1] ?? jump?.[2];
  if (found === undefined || found.startsWith('-')) throw proxyCommand(host, command);
  return found;
}

const withHome = (path: string): string => path.replace(/^(?:~|%d)(?=\/)/, sshHome());

function agentSocket({ identityagent }: SshHost): string {
  const named = /^(?:none|SSH_AUTH_SOCK|\$SSH_AUTH_SOCK)$/i.test(identityagent ?? 'none')
    ? undefined
    : identityagent;
  const socket = named ?? process.env['SSH_AUTH_SOCK'];
  if (socket !== undefined && socket !== '') return socket;
  throw new HarnessError('no ssh-agent is there: SSH_AUTH_SOCK is not set', {
    code: 'rig.no-agent',
    blame: 'rig',
    effect: 'none',
    hint: 'start one and give it the key: eval "$(ssh-agent)" && ssh-add',
  });
}

function keyIn(path: string): Credentials {
  try {
    return { privateKey: readFileSync(path, 'utf8'), keyFile: path };
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

const strangeJump = (host: string, proxy: string): HarnessError =>
  new HarnessError(`~/.ssh/config reaches ${host} through ${proxy}: that is not understood`, {
    code: 'rig.jump-chain',
    blame: 'rig',
    effect: 'none',
    hint: 'put the one that is wanted into the rig file, as router.jump',
  });

const proxyCommand = (host: string, command: string): HarnessError =>
  new HarnessError(`~/.ssh/config reaches ${host} by a program, which is not run here: ${command}`, {
    code: 'rig.proxy-command',
    blame: 'rig',
    effect: 'none',
    hint: 'put the machine that it goes through into the rig file, as router.jump',
  });
