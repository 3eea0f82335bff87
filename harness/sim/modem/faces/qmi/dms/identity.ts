import * as dms from '../../../../../protocols/qmi/dms/identity.ts';
import { detailsOf } from '../../../model-details.ts';
import { handle, type QmiHandler } from '../handler.ts';

export const identityHandlers: readonly QmiHandler[] = [
  handle(dms.getCapabilities, ({ profile }) => {
    const { rates, radios } = detailsOf(profile);
    const info = {
      maxTxRate: rates.up,
      maxRxRate: rates.down,
      dataService: 'simultaneous-cs-ps',
      sim: 'supported',
      radioInterfaces: radios,
    } as const;
    return { values: { info } };
  }),
  handle(dms.getManufacturer, ({ profile }) => ({
    values: { manufacturer: detailsOf(profile).dmsNames.manufacturer },
  })),
  handle(dms.getModel, ({ profile }) => ({ values: { model: detailsOf(profile).dmsNames.model } })),
  handle(dms.getRevision, ({ profile }) => ({ values: { revision: profile.identity.revision } })),
  handle(dms.getHardwareRevision, ({ profile }) => ({
    values: { revision: detailsOf(profile).hardwareRevision },
  })),
  handle(dms.getSoftwareVersion, ({ profile }) => ({ values: { version: profile.identity.revision } })),
  handle(dms.getMsisdn, ({ runtime }) => {
    const { card, state } = runtime.state.sim;
    if (state !== 'ready' || !card?.msisdn) return { error: 'NotProvisioned' };
    return { values: { msisdn: card.msisdn.replace(/^\+/, '') } };
  }),
  handle(dms.getIds, ({ profile }) => {
    const { imei, imeiSv } = profile.identity;
    return { values: { esn: '0', imei, meid: imei.slice(0, 14), imeiSv } };
  }),
  handle(dms.getFactorySku, ({ profile }) => {
    const { sku } = detailsOf(profile);
    return sku === '' ? { error: 'NotProvisioned' } : { values: { sku } };
  }),
  handle(dms.getBandCapabilities, ({ profile }) => ({
    values: {
      bands: detailsOf(profile).bands,
      lteBands: BigInt.asUintN(64, profile.lteBands),
      extendedLteBands: bandNumbers(profile.lteBands),
    },
  })),
  // No CDMA, no WLAN and no Bluetooth: such things were never written into these modems.
  handle(dms.getPrlVersion, () => ({ error: 'NotProvisioned' })),
  handle(dms.getMacAddress, () => ({ error: 'NotProvisioned' })),
];

function bandNumbers(mask: bigint): readonly number[] {
  const bits = mask.toString(2);
  const numbers = Array.from({ length: bits.length }, (_, at) => at + 1);
  return numbers.filter((band) => bits.at(-band) === '1');
}
