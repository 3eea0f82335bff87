import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';

import { saveBackup } from '../../../../harness/lab/firmware/backups.ts';
import { addFirmware, findFirmware, listFirmware } from '../../../../harness/lab/firmware/catalogue.ts';
import {
  firmwareBefore,
  imageOn,
  noteBefore,
  noteFlashed,
} from '../../../../harness/lab/firmware/history.ts';
import { readFirmwareFile } from '../../../../harness/lab/firmware/image-file.ts';
import type { HarnessError } from '../../../../harness/core/errors.ts';
import { metadataTrailer } from '../../../../harness/protocols/firmware/metadata.ts';
import { tar } from '../../../support/tar.ts';
import { errorOf } from '../error-of.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wwanlab-firmware-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function image(version: string, boards = ['gl-mifi']): Buffer {
  const body = Buffer.alloc(2_000, version);
  const facts = { dist: 'OpenWrt', version, revision: `r${version}`, target: 't', board: 'b' };
  const metadata = { metadata_version: '1.1', supported_devices: boards, version: facts };
  return Buffer.concat([body, metadataTrailer([body], metadata)]);
}

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const board = {
  hostname: 'h',
  model: 'm',
  boardName: 'gl-mifi',
  kernel: '5',
  distribution: 'OpenWrt',
  flavour: 'OpenWrt',
  version: '22',
  revision: 'r22',
  target: 't',
};

describe('an image file', () => {
  it('says what it is, also inside a zip', () => {
    const zip = file('rooter.zip', zipSync({ 'readme.txt': Buffer.from('x'), 'a/fw.bin': image('22') }));
    expect(readFirmwareFile(zip).facts).toMatchObject({ name: 'fw.bin', boards: ['gl-mifi'], version: '22' });
  });

  it('is taken for upgrades where a zip holds the factory image too', () => {
    const zip = file('z.zip', zipSync({ 'x-factory.bin': image('1'), 'x-sysupgrade.bin': image('2') }));
    expect(readFirmwareFile(zip).facts.name).toBe('x-sysupgrade.bin');
  });

  it('is found in a zip with a comment that looks like the end of one', () => {
    const zip = Buffer.from(zipSync({ 'fw.bin': image('22') }));
    const comment = Buffer.from('made with PK\u0005\u0006 and without care'); // long enough to look whole
    zip.writeUInt16LE(comment.length, zip.length - 2);
    expect(readFirmwareFile(file('c.zip', Buffer.concat([zip, comment]))).facts.name).toBe('fw.bin');
  });

  it('is refused with what was found', () => {
    const none = file('none.zip', zipSync({ 'readme.txt': Buffer.from('x') }));
    expect(() => readFirmwareFile(none)).toThrow('holds no image, but readme.txt');
    const two = file('two.zip', zipSync({ 'a.bin': image('1'), 'b.bin': image('2') }));
    expect(() => readFirmwareFile(two)).toThrow('more than one image: a.bin, b.bin');
    const cut = file('cut.zip', zipSync({ 'a.bin': image('1') }).subarray(0, 60));
    expect(() => readFirmwareFile(cut)).toThrow("can't be unpacked");
    expect(() => readFirmwareFile(join(folder, 'nowhere.bin'))).toThrow(/there is no file \S+nowhere\.bin/);
    expect(() => readFirmwareFile(folder)).toThrow('is no file');
    expect(() => readFirmwareFile('/dev/zero')).toThrow('is no file');
    expect(() => readFirmwareFile(file('none.bin', Buffer.alloc(0)))).toThrow(
      'none.bin is no firmware image: it is empty',
    );
    expect(() => readFirmwareFile(file('a.bin', image('1')), 'ff')).toThrow('"ff" is no SHA-256');
    const other = 'F'.repeat(64);
    expect(() => readFirmwareFile(file('a.bin', image('1')), other)).toThrow(`not ${other}`);
  });

  it('is refused where an octet of it is another one than the zip was made of', () => {
    const zip = Buffer.from(
      zipSync({ 'readme.txt': Buffer.from('x'), 'a/fw.bin': image('22') }, { level: 0 }),
    );
    const amid = zip.indexOf('supported_devices') - 500;
    zip.writeUInt8(zip.readUInt8(amid) ^ 1, amid);
    expect(errorOf(() => readFirmwareFile(file('flipped.zip', zip)))).toMatchObject({
      code: 'firmware.damaged',
      message: expect.stringMatching(/^a\/fw\.bin in \S+flipped\.zip is damaged/),
    });
  });

  it('is refused where it is packed and not whole: a router of x86 would write half of it', () => {
    const packed = gzipSync(randomBytes(4_000));
    const metadata = metadataTrailer([packed], { metadata_version: '1.1', supported_devices: ['pc'] });
    const whole = file('x86.img.gz', Buffer.concat([packed, metadata]));
    expect(readFirmwareFile(whole).facts).toMatchObject({ format: 'gzip', boards: ['pc'] });
    const problem = (bytes: Buffer): HarnessError =>
      errorOf(() => readFirmwareFile(file('x86.img.gz', bytes)));
    const cut = problem(packed.subarray(0, 3_000));
    expect(cut).toMatchObject({ code: 'firmware.truncated', effect: 'none' });
    expect(cut.message).toContain('x86.img.gz is cut short: it ends after 3000 octets');
    const flipped = Buffer.from(packed);
    flipped.writeUInt8(packed.readUInt8(2_000) ^ 1, 2_000);
    expect(problem(flipped)).toMatchObject({ code: 'firmware.damaged' });
  });
});

describe('the catalogue', () => {
  it('finds an image again by the beginning of its hash, and never half of one', () => {
    const facts = addFirmware(readFirmwareFile(file('a.bin', image('22'))), {}, folder);
    expect(findFirmware(facts.sha256.slice(0, 8), folder).facts).toEqual(facts);
    expect(listFirmware(folder)).toEqual([facts]);
    expect(readdirSync(folder).filter((name) => name.includes('.') && name !== 'a.bin')).toEqual([]);
  });

  it('notices that what it keeps has changed', () => {
    const { sha256 } = addFirmware(readFirmwareFile(file('a.bin', image('22'))), {}, folder);
    writeFileSync(join(folder, sha256, 'image'), image('23'));
    expect(() => findFirmware(sha256, folder)).toThrow(`not ${sha256}`);
  });

  it('says which of its folders is broken, and how to go on', () => {
    const { sha256 } = addFirmware(readFirmwareFile(file('a.bin', image('22'))), {}, folder);
    writeFileSync(join(folder, sha256, 'facts.json'), '{"sha256');
    expect(errorOf(() => listFirmware(folder))).toMatchObject({
      code: 'firmware.catalogue',
      message: expect.stringContaining(`facts.json in ${join(folder, sha256)} can't be read`),
      hint: expect.stringContaining(`rm -r ${join(folder, sha256)}`),
    });
  });

  it('believes an image before whoever adds it', () => {
    const given = { boards: ['other'], version: '9', distribution: 'ROOter' };
    const facts = addFirmware(readFirmwareFile(file('a.bin', image('22'))), given, folder);
    expect(facts).toMatchObject({ boards: ['gl-mifi'], version: '22', distribution: 'OpenWrt' });
    const plain = addFirmware(readFirmwareFile(file('b.bin', Buffer.alloc(2_000))), given, folder);
    expect(plain).toMatchObject(given);
  });

  it('keeps what is known of an image when it comes again without, as a flash brings it', () => {
    const plain = file('c.bin', Buffer.alloc(3_000));
    addFirmware(readFirmwareFile(plain), { boards: ['gl-mifi'], version: '19.07' }, folder);
    addFirmware(readFirmwareFile(plain), { flavour: 'ROOter' }, folder);
    const facts = addFirmware(readFirmwareFile(plain), {}, folder);
    expect(facts).toMatchObject({ boards: ['gl-mifi'], version: '19.07', flavour: 'ROOter' });
    expect(findFirmware(facts.sha256, folder).facts).toEqual(facts);
  });

  it("tells ROOter's images by their names: they say OpenWrt of themselves", () => {
    for (const name of ['gl-mifi-GO2019-01-13.bin', 'ROOter-gl-x750-2023.bin'])
      expect(readFirmwareFile(file(name, image('22'))).facts).toMatchObject({
        distribution: 'OpenWrt',
        flavour: 'ROOter',
      });
    expect(readFirmwareFile(file('openwrt-GO.bin', image('22'))).facts).not.toHaveProperty('flavour');
  });
});

describe('settings that are saved before a flash', () => {
  it('are not overwritten by those of the next one, and are for their owner alone', () => {
    const paths = ['mine', 'of a factory', 'mine'].map(
      (text) => saveBackup('shelf', Buffer.from(text), folder).path,
    );
    expect(new Set(paths).size).toBe(2);
    expect(readFileSync(paths[0] ?? '', 'utf8')).toBe('mine');
    expect(statSync(paths[0] ?? '').mode & 0o777).toBe(0o600);
  });

  const whole = gzipSync(tar({ 'etc/config/network': 300, 'etc/passwd': 40 }));
  it.each<[string, Buffer, string | undefined]>([
    ['whole', whole, undefined],
    [
      'without the network',
      gzipSync(tar({ 'etc/config/dropbear': 90, 'etc/passwd': 40 })),
      'its backup holds 2 files and no /etc/config/network',
    ],
    ['empty', Buffer.alloc(0), "its backup of 0 octets can't be unpacked"],
    ['cut short', whole.subarray(0, 60), "its backup of 60 octets can't be unpacked"],
  ])('are looked at: %s', (_what, archive, flaw) => {
    const found = saveBackup('shelf', archive, folder);
    expect(found.flaw).toEqual(flaw === undefined ? undefined : expect.stringContaining(flaw));
    expect(readFileSync(found.path).equals(archive)).toBe(true);
  });
});

describe('the way back', () => {
  it('is the image that ran before, if the catalogue has it', () => {
    expect(() => firmwareBefore('shelf', folder)).toThrow('never flashed from here');
    noteBefore('shelf', board, folder);
    expect(() => firmwareBefore('shelf', folder)).toThrow('22 r22 for gl-mifi ran on shelf');
    addFirmware(readFirmwareFile(file('o.bin', image('22', ['other']))), {}, folder);
    expect(() => firmwareBefore('shelf', folder)).toThrow('the catalogue lacks it');
    const kept = addFirmware(readFirmwareFile(file('a.bin', image('22'))), {}, folder);
    expect(firmwareBefore('shelf', folder)).toEqual({ facts: kept, flashedFromHere: false });
  });

  it('is the very image, where it was flashed from here, and none where several could be it', () => {
    const add = (name: string) =>
      addFirmware(readFirmwareFile(file(name, image('22', ['gl-mifi', name]))), {}, folder);
    const [first, second] = [add('1.bin'), add('2.bin')];
    noteBefore('other', board, folder);
    expect(() => firmwareBefore('other', folder)).toThrow(
      /which image that was is not known; .+1\.bin.+2\.bin/,
    );
    expect(imageOn('other', board, folder)).toBeUndefined();
    noteFlashed('other', board, second.sha256, folder);
    expect(imageOn('other', board, folder)).toBe(second.sha256);
    expect(imageOn('other', { ...board, revision: 'r23' }, folder)).toBeUndefined();
    noteBefore('other', board, folder);
    noteFlashed('other', board, first.sha256, folder);
    expect(firmwareBefore('other', folder)).toEqual({ facts: second, flashedFromHere: true });
  });
});
