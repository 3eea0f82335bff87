import { describe, expect, it } from '@jest/globals';

import { nextFor } from '../../../harness/cli/check-next.ts';
import { parseRigFile } from '../../../harness/lab/rig-file.ts';

const rig = (more = ''): Parameters<typeof nextFor>[2] =>
  parseRigFile(
    `kind: lab
title: a router
router: { host: 192.0.2.1 }
modem: { model: mc7455 }
connection: { interface: wwan, apn: internet }
${more}`,
    'desk/x.rig.yaml',
  ).file;

describe('what rigs check says to type next', () => {
  it.each([
    ['modem', 'modem.no-answer', 'recover x --goal modem'],
    ['modem', 'modem.port-busy', 'shell x "ps w"'],
    ['modem', 'rig.other-modem', 'rigs explain x'],
    ['drivers', undefined, 'recover x --goal modem'],
    // OpenWrt has apk in place of opkg since 25.12.
    ['packages', 'rig.lacks-packages', 'shell x "opkg list-installed || apk list -I"'],
    ['router', 'ssh.unreachable', 'recover x'],
    ['router', 'ssh.auth-failed', 'rigs explain x'],
    ['USB', 'lease.held', 'rigs who x'],
  ])('%s, %s: %s', (what, code, command) => {
    const failed = { what, ...(code === undefined ? {} : { code }) };
    expect(nextFor(failed, 'x', rig())).toBe(`wwanlab ${command}`);
  });

  it('is the console for a silent router that has one, and what the check knows better', () => {
    const wired = rig('console: { tty: /dev/ttyS9 }');
    expect(nextFor({ what: 'router', code: 'ssh.unreachable' }, 'x', wired)).toBe('wwanlab console x');
    const next = 'wwanlab mode x qmi';
    expect(nextFor({ what: 'drivers', next }, 'x', rig())).toBe(next);
  });
});
