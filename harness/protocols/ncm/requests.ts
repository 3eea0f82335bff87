import { struct, u16, u32, type ValueOf } from '../binary/field.ts';

/** bRequest of the class requests (NCM 1.0, table 6-2; CDC 1.2 for the reset, MBIM 1.0 section 8). */
export const ncmRequest = {
  resetFunction: 0x05,
  getNtbParameters: 0x80,
  getNtbFormat: 0x83,
  setNtbFormat: 0x84,
  getNtbInputSize: 0x85,
  setNtbInputSize: 0x86,
  getMaxDatagramSize: 0x87,
  setMaxDatagramSize: 0x88,
  getCrcMode: 0x89,
  setCrcMode: 0x8a,
} as const;

/** What GET_NTB_PARAMETERS answers (NCM 1.0, table 6-3): 28 bytes. In: towards the host. Sizes in bytes. */
export const ntbParameters = struct({
  length: u16,
  /** Bit 0: 16-bit offsets, bit 1: 32-bit offsets. */
  formats: u16,
  inMaxSize: u32,
  inDivisor: u16,
  inPayloadRemainder: u16,
  inAlignment: u16,
  reserved: u16,
  outMaxSize: u32,
  outDivisor: u16,
  outPayloadRemainder: u16,
  outAlignment: u16,
  /** 0: no limit. */
  outMaxDatagrams: u16,
});

export type NtbParameters = ValueOf<typeof ntbParameters>;

/** What SET_NTB_INPUT_SIZE carries: 4 bytes, or 8 where the function tells a limit of datagrams too (NCM 1.0, 6.2.7). */
export const ntbInputSize = u32;
export const ntbInputSizeAndDatagrams = struct({ maxSize: u32, maxDatagrams: u16, reserved: u16 });
