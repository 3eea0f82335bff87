import { fileType, type CpioEntry } from '../image/cpio.ts';

/** What tells one firmware of the virtual router from another. */
export interface FirmwareIdentity {
  /** DISTRIB_RELEASE: `1` */
  readonly release: string;
  /** DISTRIB_REVISION: `r1-guest` */
  readonly revision: string;
  /** Boards that it is for; the virtual router's by default. */
  readonly boards?: readonly string[];
}

/** What the guest is made with, and what the flash holds when a rig is opened. */
export const factoryFirmware: FirmwareIdentity = { release: '1', revision: 'r1-guest' };

export const TARGET = 'x86/64';

/** What a release says about itself in a router's file system. Source: OpenWrt package/base-files. */
export function releaseFiles({ release, revision }: FirmwareIdentity): CpioEntry[] {
  const distribution = {
    ID: 'wwanlab',
    RELEASE: release,
    REVISION: revision,
    TARGET,
    ARCH: 'x86_64',
    DESCRIPTION: `wwanlab guest ${release} ${revision}`,
    TAINTS: '',
  };
  const system = {
    NAME: 'wwanlab guest',
    VERSION: release,
    ID: 'wwanlab',
    ID_LIKE: 'openwrt debian',
    PRETTY_NAME: `wwanlab guest ${release}`,
    VERSION_ID: release,
    BUILD_ID: revision,
    OPENWRT_BOARD: TARGET,
    OPENWRT_ARCH: 'x86_64',
  };
  return [
    text('etc/openwrt_release', lines(distribution, 'DISTRIB_', "'")),
    text('etc/openwrt_version', `${revision}\n`),
    text('etc/os-release', lines(system, '', '"')),
  ];
}

const lines = (values: Readonly<Record<string, string>>, prefix: string, quote: string): string =>
  Object.entries(values)
    .map(([name, value]) => `${prefix}${name}=${quote}${value}${quote}\n`)
    .join('');

const text = (path: string, content: string): CpioEntry => ({
  path,
  mode: fileType.file | 0o644,
  data: Buffer.from(content),
});
