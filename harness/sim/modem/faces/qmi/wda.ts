import {
  aggregationProtocol,
  linkProtocol,
  wdaGetDataFormat,
  wdaSetDataFormat,
} from '../../../../protocols/qmi/wda.ts';
import type { QmapLimits } from '../../../../protocols/qmi/qmap.ts';
import type { DataFormat } from './data-path.ts';
import { handle, type QmiService } from './handler.ts';

/** What the firmware packs into a transfer at most, and what it packs where the host names no number. */
const MAX_DATAGRAMS = 32;
const MAX_SIZE = 16_384;

interface Wishes {
  readonly uplinkAggregation?: number | undefined;
  readonly downlinkAggregation?: number | undefined;
  readonly downlinkMaxDatagrams?: number | undefined;
  readonly downlinkMaxSize?: number | undefined;
}

/**
 * Wireless data administration. Packets are packed both ways or not at all; other ways of it are refused by saying that it is
 * off, as firmware without them does.
 */
export function createWda(format: DataFormat): QmiService {
  const present = () => {
    const { framing, aggregation } = format;
    const protocol = aggregation ? aggregationProtocol.qmap : aggregationProtocol.disabled;
    return {
      values: {
        qos: false,
        linkProtocol: linkProtocol[framing === 'ethernet' ? 'ethernet' : 'rawIp'],
        uplinkAggregation: protocol,
        downlinkAggregation: protocol,
        ndpSignature: 0,
        downlinkMaxDatagrams: aggregation?.maxDatagrams ?? 0,
        downlinkMaxSize: aggregation?.maxSize ?? 0,
      },
    };
  };
  return {
    service: 'wda',
    version: [1, 16],
    handlers: [
      handle(wdaSetDataFormat, (_call, wishes) => {
        if (wishes.linkProtocol === linkProtocol.ethernet) format.choose('ethernet');
        if (wishes.linkProtocol === linkProtocol.rawIp) format.choose('raw-ip');
        format.aggregate(limitsOf(wishes));
        return present();
      }),
      handle(wdaGetDataFormat, present),
    ],
  };
}

function limitsOf(wishes: Wishes): QmapLimits | undefined {
  const { qmap } = aggregationProtocol;
  if (wishes.uplinkAggregation !== qmap || wishes.downlinkAggregation !== qmap) return undefined;
  return {
    maxDatagrams: Math.min(wishes.downlinkMaxDatagrams || MAX_DATAGRAMS, MAX_DATAGRAMS),
    maxSize: Math.min(wishes.downlinkMaxSize || MAX_SIZE, MAX_SIZE),
  };
}
