import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { leaseKeys } from '../../../harness/lab/leases/keys.ts';
import { parseRigFile, type LabRigFile } from '../../../harness/lab/rig-file.ts';
import { factoryTarget, routerTarget } from '../../../harness/lab/router-login.ts';
import { secretsOf } from '../../../harness/lab/secrets.ts';
import { sshHost } from '../../../harness/lab/ssh-config.ts';
import { temporaryFolder } from '../../support/cli.ts';

const folder = temporaryFolder();
const before = { ...process.env };
const PIN = `SHA256:${'A'.repeat(43)}`;

beforeAll(() => {
  process.env['HOME'] = folder.path;
  mkdirSync(join(folder.path, '.ssh'));
  writeFileSync(join(folder.path, '.ssh/key'), 'a key');
});
afterEach(() => {
  process.env = { ...before, HOME: folder.path };
  configure('');
});
afterAll(() => {
  process.env = before;
  folder.remove();
});

const configure = (text: string): void => writeFileSync(join(folder.path, '.ssh/config'), text);

function labRig(...router: readonly string[]): LabRigFile {
  const lines = ['kind: lab', 'title: a router', 'router:', `  hostKey: ${PIN}`]
    .concat(router.map((line) => `  ${line}`))
    .concat(['modem: { model: ec25-a }', 'connection: { apn: internet }']);
  const { file } = parseRigFile(lines.join('\n'), join(folder.path, 'my.rig.yaml'));
  if (file.kind !== 'lab') throw new Error('expected a lab rig');
  return file;
}

const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
};

describe('how a router is reached', () => {
  it('is root at port 22 without a password, as OpenWrt comes', () => {
    expect(routerTarget(labRig('host: 192.168.1.1'))).toEqual({
      name: 'my',
      host: '192.168.1.1',
      port: 22,
      user: 'root',
      hostKey: PIN,
      password: '',
    });
  });

  it('takes the way through a jump host, each with its own login and its own key', () => {
    process.env['PHRASE'] = 'open it';
    process.env['SSH_AUTH_SOCK'] = '/run/agent';
    const rig = labRig(
      'host: 192.168.1.1',
      'keyFile: .ssh/key',
      'passphraseEnv: PHRASE',
      `jump: { host: lab.example.org, port: 2222, hostKey: '${PIN}', agent: true }`,
    );
    expect(routerTarget(rig)).toEqual({
      name: 'my',
      host: '192.168.1.1',
      port: 22,
      user: 'root',
      hostKey: PIN,
      privateKey: 'a key',
      passphrase: 'open it',
      jump: {
        name: 'jump host lab.example.org',
        host: 'lab.example.org',
        port: 2_222,
        user: userInfo().username,
        hostKey: PIN,
        agent: '/run/agent',
      },
    });
    expect(secretsOf(rig)).toContain('open it');
    expect(leaseKeys(rig)).toEqual(['router 192.168.1.1:22 by lab.example.org:2222']);
  });

  it('is another one once its settings are dropped, with the same key and by the same way', () => {
    const jump = `jump: { host: lab.example.org, hostKey: '${PIN}' }`;
    const own = ['host: 192.168.8.1', 'port: 2022', "password: 'own'", jump];
    expect(factoryTarget(labRig(...own))).toBeUndefined();
    const rig = labRig(...own, "factory: { host: 192.168.1.1, password: 'goodlife' }");
    expect(factoryTarget(rig)).toMatchObject({
      host: '192.168.1.1',
      port: 22,
      user: 'root',
      password: 'goodlife',
      hostKey: PIN,
      jump: { host: 'lab.example.org' },
    });
    expect(secretsOf(rig)).toEqual(expect.arrayContaining(['own', 'goodlife']));
    expect(factoryTarget(labRig(...own, 'factory: {}'))).toMatchObject({
      host: '192.168.8.1',
      port: 2_022,
      password: '',
    });
  });

  it('takes from ~/.ssh/config what the rig file leaves out, and nothing that it has', () => {
    configure(
      'Host mifi\n  HostName 10.0.0.7\n  Port 2022\n  User admin\n  IdentityFile ~/.ssh/key\n  ProxyJump me@bastion:44\n',
    );
    expect(routerTarget(labRig('host: mifi'))).toMatchObject({
      host: '10.0.0.7',
      port: 2_022,
      user: 'admin',
      privateKey: 'a key',
      jump: { host: 'bastion', port: 44, user: 'me' },
    });
    const rig = labRig(
      'host: mifi',
      'port: 22',
      'user: root',
      "password: 'x'",
      `jump: { host: other, hostKey: '${PIN}' }`,
    );
    const target = routerTarget(rig);
    expect(target).toMatchObject({
      host: '10.0.0.7',
      port: 22,
      user: 'root',
      password: 'x',
      jump: { host: 'other' },
    });
    expect(target).not.toHaveProperty('privateKey');
    expect(leaseKeys(rig)).toEqual(['router 10.0.0.7:22 by other:22']);
  });

  it('says what is missing', () => {
    delete process.env['SSH_AUTH_SOCK'];
    expect(codeOf(() => routerTarget(labRig('host: a', 'agent: true')))).toBe('rig.no-agent');
    expect(codeOf(() => routerTarget(labRig('host: a', 'passwordEnv: NO_SUCH')))).toBe('rig.no-password');
    expect(codeOf(() => routerTarget(labRig('host: a', 'keyFile: nowhere')))).toBe('rig.no-key');
    configure('Host a\n  ProxyJump one,two\n');
    expect(codeOf(() => routerTarget(labRig('host: a')))).toBe('rig.jump-chain');
  });
});

describe('~/.ssh/config', () => {
  it.each([
    ['Host r\nPort 1\nHost *\nPort 2\nUser u', { port: '1', user: 'u' }],
    ['Port=7\nHost other\nPort 8', { port: '7' }],
    ['Host *.lab !r r\nPort 1', {}],
    ['Host R?* r\n  hostname "%h.lab" \r\n# Port 3', { hostname: 'r.lab' }],
    ['Match exec "touch /tmp/x"\nPort 1\nMatch all\nUser u', { user: 'u' }],
    [
      'Host a.c\nPort 1\nHost r\nIdentityFile ~/x\nIdentityFile ~/y\nForwardAgent yes',
      { identityfile: '~/x' },
    ],
  ])('of %j', (text, expected) => {
    expect(sshHost(text, 'r')).toEqual(expected);
    expect(sshHost(text, 'abc')).not.toHaveProperty('identityfile');
  });
});
