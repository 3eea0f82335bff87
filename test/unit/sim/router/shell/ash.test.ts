import { describe, expect, it } from '@jest/globals';
import { createBench } from '../support.ts';

describe('what is ash rather than any shell', () => {
  it.each([
    ['fi', 'ash: syntax error: unexpected "fi"\n'],
    ['if true', 'ash: syntax error: unexpected end of file (expecting "then")\n'],
    ["echo 'abc", 'ash: syntax error: unterminated quoted string\n'],
    ['echo a; ;', 'ash: syntax error: unexpected ";"\n'],
  ])('says of %s what is wrong, with status 2 and nothing run', async (script, err) => {
    expect(await createBench().sh(script)).toEqual({ status: 2, out: '', err });
  });

  it.each([
    ['frobnicate -x', 127, 'ash: frobnicate: not found\n'],
    ['/sbin/frobnicate', 127, 'ash: /sbin/frobnicate: not found\n'],
    ['/etc/passwd', 126, 'ash: /etc/passwd: Permission denied\n'],
    ['cat < /nope', 1, "ash: can't open /nope: no such file\n"],
    ['echo x > /nope/x', 1, "ash: can't create /nope/x: nonexistent directory\n"],
    ['echo $((1/0))', 2, 'ash: divide by zero\n'],
    ['[ a b ]', 2, 'ash: b: unknown operand\n'],
    ['sh -c frobnicate', 127, 'sh: frobnicate: not found\n'],
  ])('%s', async (script, status, err) => {
    expect(await createBench().sh(script)).toEqual({ status, out: '', err });
  });

  it('passes lines of an endless program on as they come; the program ends at its next write', async () => {
    const { machine, clock, sh } = createBench();
    clock.after(5_000, () => machine.log.add('user.notice', 'late', 'second'));
    clock.after(9_000, () => machine.log.add('user.notice', 'late', 'third'));
    const { out, status } = await sh(
      'logread -f | grep -m1 second | while read -r l; do date +%S; echo "$l"; done',
    );
    expect(out).toBe('52\nSun Nov 22 08:51:52 2026 user.notice late: second\n');
    expect(status).toBe(0);
    expect(clock.now()).toBe(9_000);
  });

  it('lets time pass in a loop that never sleeps', async () => {
    const { clock, sh } = createBench();
    expect((await sh('timeout 1 sh -c "while :; do :; done"')).status).toBe(143);
    expect(clock.now()).toBe(1_000);
  });

  it('runs jobs in the background and kills them', async () => {
    const { clock, sh } = createBench();
    const { out } = await sh(
      'sleep 100 & p=$!; kill $p; wait $p; echo $?; (sleep 2; echo slept) & wait; echo done',
    );
    expect(out).toBe('143\nslept\ndone\n');
    expect(clock.now()).toBe(2_000);
  });

  it('runs a script file with arguments, and only if it may', async () => {
    const { sh } = createBench();
    const { out, err } = await sh(
      'printf \'#!/bin/sh\\necho "$0 $1 $#"\\nexit 4\\n\' > /tmp/s; /tmp/s; chmod +x /tmp/s; /tmp/s a b; echo $?',
    );
    expect(out).toBe('/tmp/s a 2\n4\n');
    expect(err).toBe('ash: /tmp/s: Permission denied\n');
  });

  it('ends a pipeline without end when its reader is done', async () => {
    expect((await createBench().sh('while :; do echo y; done | head -2')).out).toBe('y\ny\n');
  });

  it('is where scripts expect it', async () => {
    const { out } = createBench();
    expect(await out('pwd; echo $HOME $USER $SHELL; id -u; hostname')).toBe(
      '/root\n/root root /bin/ash\n0\nOpenWrt\n',
    );
  });
});
