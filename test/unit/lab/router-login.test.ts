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
      keyFile: join(folder.path, '.ssh/key'),
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
    configure('Host a\n  ProxyJump one,,two\n');
    expect(codeOf(() => routerTarget(labRig('host: a')))).toBe('rig.jump-chain');
    configure('Host a\n  ProxyCommand nc -X 5 -x proxy:1080 %h %p\n');
    expect(codeOf(() => routerTarget(labRig('host: a')))).toBe('rig.proxy-command');
    configure('Host a\n  IdentityFile ~/.ssh/gone\n  IdentityFile ~/.ssh/gone2\n');
    expect(codeOf(() => routerTarget(labRig('host: a')))).toBe('rig.no-key');
  });

  it('goes through several jump hosts, as the rig file or ~/.ssh/config has them', () => {
    configure(`Host a
  ProxyJump me@first:44,ssh://second/
Host b
  ProxyJump near
Host near
  HostName near.lab
  ProxyCommand ssh -W %h:%p far
Host *
  ProxyJump gate
`);
    const hosts = (...router: readonly string[]): unknown => leaseKeys(labRig(...router))[0];
    expect(hosts('host: a')).toBe('router a:22 by second:22 by first:44 by gate:22');
    expect(hosts('host: b')).toBe('router b:22 by near.lab:22 by gate:22');
    expect(hosts('host: c', 'jump: { host: d, jump: { host: e } }')).toBe(
      'router c:22 by d:22 by e:22 by gate:22',
    );
    expect(routerTarget(labRig('host: a'))).toMatchObject({
      host: 'a',
      jump: { host: 'second', jump: { host: 'first', user: 'me', port: 44, jump: { host: 'gate' } } },
    });
    configure('Host b\n  ProxyCommand ssh -q -W %h:%p me@far\n');
    expect(routerTarget(labRig('host: b'))).toMatchObject({ jump: { host: 'far', user: 'me' } });
  });

  it('reads what ~/.ssh/config includes, and takes the first key of several that is there', () => {
    mkdirSync(join(folder.path, '.ssh/conf.d'), { recursive: true });
    writeFileSync(join(folder.path, '.ssh/conf.d/20-lab.conf'), 'Host mifi\n  Port 2022\n  User late\n');
    writeFileSync(join(folder.path, '.ssh/conf.d/10-lab.conf'), 'Host mifi\n  User "the first"\n');
    configure(
      'Include conf.d/*.conf nowhere/*\nHost other\n  Include conf.d/*\nHost mifi\n  Port 9\n  IdentityFile ~/.ssh/%h-gone\n  IdentityFile %d/.ssh/key\n',
    );
    expect(routerTarget(labRig('host: mifi'))).toMatchObject({
      port: 2_022,
      user: 'the first',
      privateKey: 'a key',
    });
    configure('Host mifi\n  IdentityFile none\n  IdentityAgent ~/agent\n');
    expect(routerTarget(labRig('host: mifi'))).toMatchObject({ password: '' });
    expect(routerTarget(labRig('host: mifi', 'agent: true'))).toMatchObject({
      agent: join(folder.path, 'agent'),
    });
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
      { identityfile: [join(folder.path, 'x'), join(folder.path, 'y')] },
    ],
    ['Host "a b" r # not c\nPort 1 # the first', { port: '1' }],
    ['Match originalhost r,x user nosuch\nPort 1\nMatch host=r !user nosuch\nPort 2', { port: '2' }],
    ['HostName %h.lab\nMatch host *.lab localuser *\nPort 3', { hostname: 'r.lab', port: '3' }],
    ['Match host r exec true\nPort 1\nMatch final all\nPort 2', {}],
    [
      'HostName 10.0.0.1\nPort 7\nUser u\nIdentityFile /k/%n-%h-%p-%r',
      { hostname: '10.0.0.1', port: '7', user: 'u', identityfile: ['/k/r-10.0.0.1-7-u'] },
    ],
  ])('of %j', (text, expected) => {
    expect(sshHost(text, 'r')).toEqual(expected);
  });
});
