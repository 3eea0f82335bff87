import { describe, expect, it } from '@jest/globals';
import { absolute, createFileSystem, normalize } from '../../../../harness/sim/router/files.ts';

const create = () => createFileSystem(() => new Date(0));

describe('the file system', () => {
  it('makes folders as files are written and lists them sorted', () => {
    const files = create();
    files.write('/b/y', '2');
    files.write('/b/x', '1');
    expect(files.list('/b')).toEqual(['x', 'y']);
    expect(files.kind('/b')).toBe('directory');
    expect(files.list('/b/x')).toBeUndefined();
  });

  it('follows links in the middle and at the end, also relative ones', () => {
    const files = create();
    files.write('/tmp/log/a', 'text');
    files.link('/var', '/tmp');
    files.link('/tmp/link', 'log/a');
    expect(files.readText('/var/link')).toBe('text');
    expect(files.readText('/var/log/../link')).toBe('text');
    expect(files.resolve('/var/link')).toBe('/tmp/log/a');
    files.write('/var/link', 'new');
    expect(files.readText('/tmp/log/a')).toBe('new');
    expect(files.stat('/tmp/link')?.target).toBe('log/a');
  });

  it('gives up on links that lead in a circle', () => {
    const files = create();
    files.link('/a', '/b');
    files.link('/b', '/a');
    expect(files.readText('/a')).toBeUndefined();
  });

  it('writes through a link that leads to nothing yet', () => {
    const files = create();
    files.makeDirectory('/etc');
    files.link('/etc/resolv.conf', '/tmp/resolv.conf');
    files.write('/etc/resolv.conf', 'x');
    expect(files.readText('/tmp/resolv.conf')).toBe('x');
  });

  it('computes what it was told to, and hands on what is written there', () => {
    const files = create();
    let value = 1;
    files.compute(
      '/sys/value',
      () => `${value}\n`,
      (text) => (value = Number(text)),
    );
    files.write('/sys/value', '42');
    expect(files.readText('/sys/value')).toBe('42\n');
  });

  it('appends, removes trees, and keeps bytes', () => {
    const files = create();
    files.write('/d/f', Uint8Array.of(0, 255));
    files.append('/d/f', Uint8Array.of(128));
    expect([...(files.read('/d/f') ?? [])]).toEqual([0, 255, 128]);
    files.removeTree('/d');
    expect(files.kind('/d/f')).toBeUndefined();
    expect(files.remove('/d')).toBe(false);
  });

  it('knows /dev/null', () => {
    const files = create();
    files.makeDevice('/dev/null', 1, 3);
    files.write('/dev/null', 'gone');
    expect(files.readText('/dev/null')).toBe('');
  });

  it('cleans paths', () => {
    expect(normalize('/a/./b//../c')).toBe('/a/c');
    expect(absolute('/', 'x')).toBe('/x');
    expect(absolute('/home', 'x')).toBe('/home/x');
  });
});
