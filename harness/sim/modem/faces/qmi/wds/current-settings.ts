import { formatAddress } from '../../../../../protocols/ip/address.ts';
import type { TlvValues } from '../../../../../protocols/qmi/declare.ts';
import { profilePdpType, profileType } from '../../../../../protocols/qmi/wds-profile.ts';
import { settingBit, wdsGetCurrentSettings } from '../../../../../protocols/qmi/wds-settings.ts';
import type { Ipv4Settings, Ipv6Settings } from '../../../../network/network.ts';
import { handle, type QmiHandler } from '../handler.ts';
import { authenticationOf } from './context.ts';
import { placeOf, type WdsFace } from './face.ts';

/** Extended technology preference: EPC (qmi-enums-wds.h). */
const EPC = 0x8880;

type Values = TlvValues<(typeof wdsGetCurrentSettings)['response']>;
/** TLVs by the bit that asks for them. */
type Settings = { readonly [K in keyof typeof settingBit]?: Values };

/** What the call was given: of that, what was asked for. */
export function currentSettingsHandlers(face: WdsFace): readonly QmiHandler[] {
  return [
    handle(wdsGetCurrentSettings, ({ client, runtime }, { requested }) => {
      const call = face.calls.connected(placeOf(face, client));
      if (!call) return { error: 'OutOfCall' };
      const { session } = call.lane;
      const { context, request } = call;
      const profile = runtime.state.contexts.find(({ cid }) => cid === request.profile);
      const values = select(requested ?? 0xffff_ffff, {
        profileId: { profileId: { type: profileType.gpp, index: request.profile } },
        profileName: { profileName: profile?.name ?? `profile${request.profile}` },
        pdpType: { pdpType: profilePdpType[context.type] },
        apn: { apn: context.apn },
        user: { user: context.credentials?.user ?? '' },
        authentication: { authentication: authenticationOf(context.credentials) },
        pcscfByPco: { pcscfByPco: false },
        pcscfAddresses: { pcscfAddresses: [] },
        pcscfNames: { pcscfNames: [] },
        mtu: { mtu: session.mtu },
        domainNames: { domainNames: [] },
        family: { family: call.family },
        imcn: { imcn: false },
        extendedTechnology: { extendedTechnology: EPC },
        ...(call.family === 4 ? settings4(session.ipv4) : settings6(session.ipv6)),
      });
      return { values };
    }),
  ];
}

function settings4(ipv4: Ipv4Settings | undefined): Settings {
  if (!ipv4) return {};
  const [primaryDns, secondaryDns] = ipv4.dns;
  const { address, gateway } = ipv4;
  return {
    address: { address },
    gateway: { gateway, subnetMask: prefixMask(ipv4.prefixLength) },
    dns: { primaryDns, secondaryDns },
  };
}

function settings6(ipv6: Ipv6Settings | undefined): Settings {
  if (!ipv6) return {};
  const { prefixLength } = ipv6;
  const [primaryDns6, secondaryDns6] = ipv6.dns;
  return {
    address: { address6: { address: ipv6.address, prefixLength } },
    gateway: { gateway6: { address: ipv6.gateway, prefixLength } },
    dns: { primaryDns6, secondaryDns6 },
  };
}

/** The values whose bits are set. */
function select(mask: number, all: Settings): Values {
  const wanted = Object.entries(all).filter(
    ([name]) => (mask & (1 << settingBit[name as keyof typeof settingBit])) !== 0,
  );
  return Object.assign({}, ...wanted.map(([, values]) => values)) as Values;
}

/** 30 -> `255.255.255.252` */
function prefixMask(length: number): string {
  return formatAddress(length === 0 ? 0 : (0xffff_ffff << (32 - length)) >>> 0);
}
