import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { awk, guestRoot, hasBusybox, shell } from './shell.ts';

const scripts = readdirSync(guestRoot, { recursive: true, encoding: 'utf8' })
  .filter((path) => statSync(join(guestRoot, path), { throwIfNoEntry: false })?.isFile() === true)
  .filter(
    (path) =>
      /\.sh$|^etc\/(init|hotplug)\.d\//.test(path) ||
      readFileSync(join(guestRoot, path), 'utf8').startsWith('#!/bin/sh'),
  );

(hasBusybox ? describe : describe.skip)('scripts of the guest', () => {
  it.each(scripts)('%s is a script for the shell', (path) => {
    expect(shell(`sh -n '${join(guestRoot, path)}'`)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('tells an interface in the words of netifd', () => {
    const json = shell(`
      cd '${guestRoot}' && . lib/ubus/json.sh && . lib/ubus/interface.sh && folder=$(mktemp -d) && json_start
      json_open '' '{'; json_string text 'a "b" \\'; json_open errors '['; json_close ']'; json_boolean up 1; json_close '}'; json_end`);
    expect(json.stdout).toBe('{\n\t"text": "a \\"b\\" \\\\",\n\t"errors": [\n\t\t\n\t],\n\t"up": true\n}\n');
  });

  it('names the zone of an interface and of what stands on it', () => {
    const facts = [
      'device wwan_4 wwan0',
      'parent wwan_4 wwan',
      'firewall.z=zone',
      "firewall.z.name='wan'",
      "firewall.z.network='wan' 'wwan'",
    ];
    const ask = (name: string): string =>
      awk('lib/firewall/ruleset.awk', ['-v', 'question=network', '-v', `name=${name}`], facts.join('\n'))
        .stdout;
    expect([ask('wwan'), ask('wwan_4'), ask('lan')]).toEqual(['wan\n', 'wan\n', '']);
    const ruleset = awk('lib/firewall/ruleset.awk', [], facts.join('\n')).stdout;
    expect(ruleset).toContain('iifname "wwan0" jump input_wan');
    expect(ruleset).toMatch(/^table inet fw4\nflush table inet fw4\n/);
    // No map of states: it misses open connections amid a reload, and they are rejected (see ruleset.awk).
    expect(ruleset.match(/ct state established,related accept/g)).toHaveLength(3);
    expect(ruleset).not.toContain('vmap');
  });

  const netifd = join(guestRoot, 'lib/netifd');
  /** What asks a modem prints and leaves, where the tool prints `answer` and ends with `status`. */
  const asked = (proto: string, status: number, answer: string): string =>
    shell(`. ${netifd}/unanswered.sh; . ${netifd}/proto/${proto}.sh; timeout() { echo "${answer}"; return ${status}; }
      ask '' --question; echo "$? $answer"`).stdout;
  const SILENT = 'error: operation failed: Transaction timed out';

  it.each([
    { proto: 'qmi', words: 'Request timed out' },
    { proto: 'mbim', words: 'ERROR: mbim message timeout' },
  ])('says of a modem that does not answer $proto what OpenWrt does', ({ proto, words }) => {
    expect(asked(proto, 1, SILENT)).toBe(`${words}\n1 ${SILENT}\n`);
    expect(asked(proto, 1, 'cancelling the operation...')).toContain(`${words}\n1 `);
    expect(asked(proto, 124, '')).toBe(`${words}\n124 \n`);
    expect(asked(proto, 143, '')).toBe(`${words}\n143 \n`);
    expect(asked(proto, 1, 'error: operation failed: AccessDenied')).toMatch(/^1 error/);
    expect(asked(proto, 0, 'Timers: timed out 0')).not.toContain(words);
  });

  it('puts answers of mbimcli into the words of umbim', () => {
    const answer = `[/dev/cdc-wdm0] Device capabilities retrieved:
	      Device type: 'embedded'
	   Cellular class: 'gsm'
	       Data class: 'gprs, edge, umts, hsdpa, hsupa, lte'
	     Max sessions: '8'
`;
    const { stdout } = awk('lib/netifd/mbim.awk', ['-v', 'format=caps'], answer);
    expect(stdout).toContain('  devicetype: 0001 - embedded\n  cellularclass: 0001\n');
    expect(stdout).toContain('  dataclass: 003F\n');
    expect(stdout).toContain('  maxsessions: 0008\n');
  });
});
