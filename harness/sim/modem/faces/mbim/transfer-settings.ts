import { isHarnessError } from '../../../../core/errors.ts';
import { decode, encode } from '../../../../protocols/binary/encode.ts';
import { u16, type Field } from '../../../../protocols/binary/field.ts';
import { NTB_ALIGNMENT, type NtbLimits } from '../../../../protocols/ncm/ntb16.ts';
import {
  ncmRequest,
  ntbInputSize,
  ntbInputSizeAndDatagrams,
  ntbParameters,
} from '../../../../protocols/ncm/requests.ts';
import type { NcmControl, NcmRequest } from '../../port.ts';

const MAX_BLOCK = 16_384;
/** NCM 1.0, 6.2.7: no host may ask for less. */
const MIN_BLOCK = 2_048;
/** In a block to the modem. */
const MAX_DATAGRAMS = 16;
/** wMaxSegmentSize of the MBIM functional descriptor, at least 2048 (MBIM 1.0, table 6-4). */
const MAX_DATAGRAM = 2_048;

const parameters = encode(ntbParameters, {
  length: 28,
  formats: 1,
  inMaxSize: MAX_BLOCK,
  inDivisor: NTB_ALIGNMENT,
  inPayloadRemainder: 0,
  inAlignment: NTB_ALIGNMENT,
  reserved: 0,
  outMaxSize: MAX_BLOCK,
  outDivisor: NTB_ALIGNMENT,
  outPayloadRemainder: 0,
  outAlignment: NTB_ALIGNMENT,
  outMaxDatagrams: MAX_DATAGRAMS,
});

/** What the host and the function have agreed on about transfer blocks. */
export interface TransferSettings {
  /** Of blocks towards the host. */
  readonly limits: NtbLimits;
  readonly control: NcmControl;
}

/**
 * @param onReset blocks are counted anew
 * @param onFunctionReset the whole function is as after a start (RESET_FUNCTION, MBIM 1.0 8.1)
 */
export function createTransferSettings(onReset: () => void, onFunctionReset: () => void): TransferSettings {
  let limits: NtbLimits = { maxSize: MAX_BLOCK, maxDatagrams: 0 };
  let maxDatagram = MAX_DATAGRAM;

  const reset = (): void => {
    limits = { maxSize: MAX_BLOCK, maxDatagrams: 0 };
    maxDatagram = MAX_DATAGRAM;
    onReset();
  };

  const setInputSize = (data: Uint8Array): Uint8Array | undefined => {
    const wanted =
      data.length === 8
        ? read(ntbInputSizeAndDatagrams, data)
        : { maxSize: read(ntbInputSize, data) ?? 0, maxDatagrams: 0 };
    if (!wanted || wanted.maxSize < MIN_BLOCK || wanted.maxSize > MAX_BLOCK) return undefined;
    limits = { maxSize: wanted.maxSize, maxDatagrams: wanted.maxDatagrams };
    return empty;
  };

  const setMaxDatagram = (data: Uint8Array): Uint8Array | undefined => {
    const wanted = read(u16, data);
    if (wanted === undefined || wanted < 1 || wanted > MAX_DATAGRAM) return undefined;
    maxDatagram = wanted;
    return empty;
  };

  const answers: Readonly<Record<number, (setup: NcmRequest, data: Uint8Array) => Uint8Array | undefined>> = {
    [ncmRequest.getNtbParameters]: () => parameters,
    [ncmRequest.getNtbInputSize]: () => encode(ntbInputSize, limits.maxSize),
    [ncmRequest.getNtbFormat]: () => encode(u16, 0),
    [ncmRequest.getMaxDatagramSize]: () => encode(u16, maxDatagram),
    [ncmRequest.getCrcMode]: () => encode(u16, 0),
  };
  const orders: typeof answers = {
    [ncmRequest.resetFunction]: () => {
      reset();
      onFunctionReset();
      return empty;
    },
    [ncmRequest.setNtbInputSize]: (_, data) => setInputSize(data),
    // 16-bit blocks without a checksum are all that there is.
    [ncmRequest.setNtbFormat]: ({ value }) => (value === 0 ? empty : undefined),
    [ncmRequest.setCrcMode]: ({ value }) => (value === 0 ? empty : undefined),
    [ncmRequest.setMaxDatagramSize]: (_, data) => setMaxDatagram(data),
  };

  return {
    get limits() {
      return limits;
    },
    control: {
      request: (setup, data) =>
        (setup.direction === 'in' ? answers : orders)
          [setup.request]?.(setup, data)
          ?.subarray(0, setup.direction === 'in' ? setup.length : undefined),
      selectAlternate: (setting) => {
        if (setting === 0) reset();
      },
    },
  };
}

const empty = new Uint8Array();

/** Undefined: the data is not what the request carries. */
function read<T>(field: Field<T>, data: Uint8Array): T | undefined {
  try {
    return decode(field, data, 'an NCM request');
  } catch (error) {
    if (isHarnessError(error)) return undefined;
    throw error;
  }
}
