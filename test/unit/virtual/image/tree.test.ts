import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

import { librariesOf } from '../../../../harness/virtual/image/programs.ts';
import { overlayEntries, serviceLinks } from '../../../../harness/virtual/image/tree.ts';

describe('the guest tree', () => {
  it('takes the overlay as it is; scripts can be run whatever their mode was', () => {
    const root = mkdtempSync(join(tmpdir(), 'wwanlab-tree-'));
    try {
      mkdirSync(join(root, 'etc', 'init.d'), { recursive: true });
      writeFileSync(join(root, 'etc', 'init.d', 'log'), '#!/bin/sh /etc/rc.common\nSTART=12\nSTOP=89\n', {
        mode: 0o644,
      });
      writeFileSync(join(root, 'etc', 'hosts'), '127.0.0.1 localhost\n', { mode: 0o755 });
      symlinkSync('/tmp', join(root, 'var'));
      const entries = overlayEntries(root);
      const modes = entries.map(({ path, mode }) => [path, mode.toString(8)]);
      expect(modes).toEqual([
        ['etc', '40755'],
        ['etc/hosts', '100644'],
        ['etc/init.d', '40755'],
        ['etc/init.d/log', '100755'],
        ['var', '120777'],
      ]);
      const links = serviceLinks(entries).map(({ path, data }) => [path, Buffer.from(data ?? []).toString()]);
      expect(links).toEqual([
        ['etc/rc.d/S12log', '../init.d/log'],
        ['etc/rc.d/K89log', '../init.d/log'],
      ]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('reads what ldd prints', () => {
    const printed = [
      '/usr/bin/jq:',
      '\tlinux-vdso.so.1 (0x00007f64c25da000)',
      '\tlibjq.so.1 => /lib/x86_64-linux-gnu/libjq.so.1 (0x00007f64c2571000)',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f64c25dc000)',
      '/bin/busybox:',
      '\tnot a dynamic executable',
      '/bin/dash:',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f5567815000)',
    ].join('\n');
    expect(librariesOf(printed)).toEqual(['/lib/x86_64-linux-gnu/libjq.so.1', '/lib64/ld-linux-x86-64.so.2']);
    expect(() => librariesOf('/bin/x:\n\tlibgone.so.1 => not found\n')).toThrow('libgone.so.1');
  });
});
