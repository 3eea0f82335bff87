import * as pdc from '../../../../protocols/qmi/pdc.ts';
import { qmiError, type QmiErrorName } from '../../../../protocols/qmi/result.ts';
import type { TlvSpecs, TlvValues } from '../../../../protocols/qmi/declare.ts';
import type { CarrierConfig, CarrierConfigKind, CarrierConfigs } from '../../stored.ts';
import { handle, news, type QmiAnswer, type QmiCall, type QmiHandler, type QmiService } from './handler.ts';
import { resetHandler } from './reset.ts';
import type { QmiServiceParts } from './service-parts.ts';

type Tell = QmiServiceParts['tell'];

const hex = (id: Uint8Array): string => Buffer.from(id).toString('hex');
const bytesOf = (id: string): Uint8Array => Uint8Array.from(Buffer.from(id, 'hex'));

function configs({ runtime }: QmiCall, kind: CarrierConfigKind): CarrierConfigs {
  return runtime.state.stored.carrierConfigs[kind];
}

function set(call: QmiCall, kind: CarrierConfigKind, change: Partial<CarrierConfigs>): void {
  const all = call.runtime.state.stored.carrierConfigs;
  const carrierConfigs = { ...all, [kind]: { ...all[kind], ...change } };
  call.runtime.input({ kind: 'store', change: { carrierConfigs } });
}

/** Carriers' settings: which there are, and which one is in force. */
export function createPdc({ tell }: QmiServiceParts): QmiService {
  return {
    service: 'pdc',
    version: [1, 0],
    handlers: [
      resetHandler('pdc'),
      // Nothing is refreshed but by these commands themselves.
      handle(pdc.pdcRegister, () => ({ values: {} })),
      ...readingHandlers(tell),
      ...changingHandlers(tell),
    ],
  };
}

function readingHandlers(tell: Tell): readonly QmiHandler[] {
  return [
    handle(pdc.pdcList, (call, { kind, token }) => {
      const list = configs(call, kind).stored.map(({ id }) => ({ kind, id: bytesOf(id) }));
      return later(tell, call, token, pdc.pdcListed, { configs: list });
    }),
    handle(pdc.pdcGetInfo, (call, { config, token }) => {
      const found = configs(call, config.kind).stored.find(({ id }) => id === hex(config.id));
      const { afterwards } = found
        ? later(tell, call, token, pdc.pdcInfo, infoOf(found))
        : later(tell, call, token, pdc.pdcInfo, {}, 'InvalidArgument');
      // The response to this command alone has no token.
      return { values: {}, afterwards };
    }),
    handle(pdc.pdcGetSelected, (call, { kind, token }) => {
      const { active, pending } = configs(call, kind);
      if (active === undefined && pending === undefined) {
        return later(tell, call, token, pdc.pdcSelected, {}, 'NotProvisioned');
      }
      const ids = {
        active: active === undefined ? undefined : bytesOf(active),
        pending: pending === undefined ? undefined : bytesOf(pending),
      };
      return later(tell, call, token, pdc.pdcSelected, ids);
    }),
  ];
}

function infoOf({
  size,
  description,
  version,
}: CarrierConfig): Partial<TlvValues<(typeof pdc.pdcInfo)['tlvs']>> {
  return { size, description, version };
}

function changingHandlers(tell: Tell): readonly QmiHandler[] {
  return [
    handle(pdc.pdcSelect, (call, { config, token }) => {
      const id = hex(config.id);
      const isThere = configs(call, config.kind).stored.some((one) => one.id === id);
      if (isThere) set(call, config.kind, { pending: id });
      return later(tell, call, token, pdc.pdcSelectEnded, {}, isThere ? 'None' : 'InvalidArgument');
    }),
    handle(pdc.pdcActivate, (call, { kind, token }) => {
      const { pending } = configs(call, kind);
      if (pending !== undefined) set(call, kind, { active: pending, pending: undefined });
      return later(
        tell,
        call,
        token,
        pdc.pdcActivateEnded,
        {},
        pending === undefined ? 'NotProvisioned' : 'None',
      );
    }),
    handle(pdc.pdcDeactivate, (call, { kind, token }) => {
      const { active } = configs(call, kind);
      set(call, kind, { active: undefined });
      return later(
        tell,
        call,
        token,
        pdc.pdcDeactivateEnded,
        {},
        active === undefined ? 'NotProvisioned' : 'None',
      );
    }),
    handle(pdc.pdcDelete, (call, { kind, id, token }) => {
      const { stored, active } = configs(call, kind);
      const named = hex(id);
      if (!stored.some((one) => one.id === named)) return { error: 'InvalidArgument', values: { token } };
      if (active === named) return { error: 'DeviceInUse', values: { token } };
      set(call, kind, { stored: stored.filter((one) => one.id !== named) });
      return { values: { token } };
    }),
    // Only what the maker has signed is taken, and nobody here has the maker's key.
    handle(pdc.pdcLoad, (_, { token }) => ({ error: 'AuthenticationFailed', values: { token } })),
  ];
}

/** Answered at once with its token; what it came to is told afterwards, to who asked. */
function later<I extends TlvSpecs>(
  tell: Tell,
  { client }: QmiCall,
  token: number | undefined,
  indication: Parameters<typeof news<I>>[0],
  values: object,
  result: QmiErrorName = 'None',
): { readonly values: { readonly token: number | undefined }; readonly afterwards: () => void } {
  return {
    values: { token },
    afterwards: () => {
      const told = { ...values, token, result: qmiError[result] } as unknown as TlvValues<I>;
      tell(
        'pdc',
        news(indication, told, (one) => one === client),
      );
    },
  } satisfies QmiAnswer<TlvSpecs>;
}
