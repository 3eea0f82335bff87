import {
  aggregationProtocol,
  linkProtocol,
  wdaGetDataFormat,
  wdaSetDataFormat,
} from '../../../../protocols/qmi/wda.ts';
import type { DataFormat } from './data-path.ts';
import { handle, type QmiService } from './handler.ts';

/** Wireless data administration. Aggregation is refused by saying that it is off, as firmware without it does. */
export function createWda(format: DataFormat): QmiService {
  const present = () => ({
    values: {
      qos: false,
      linkProtocol: linkProtocol[format.framing === 'ethernet' ? 'ethernet' : 'rawIp'],
      uplinkAggregation: aggregationProtocol.disabled,
      downlinkAggregation: aggregationProtocol.disabled,
      ndpSignature: 0,
      downlinkMaxDatagrams: 0,
      downlinkMaxSize: 0,
    },
  });
  return {
    service: 'wda',
    version: [1, 16],
    handlers: [
      handle(wdaSetDataFormat, (_call, { linkProtocol: wanted }) => {
        if (wanted === linkProtocol.ethernet) format.choose('ethernet');
        if (wanted === linkProtocol.rawIp) format.choose('raw-ip');
        return present();
      }),
      handle(wdaGetDataFormat, present),
    ],
  };
}
