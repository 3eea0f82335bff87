import { choice, counted, flag, list, struct, text, u16, u32, u8 } from '../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from './declare.ts';

// Persistent device configuration: carriers' settings as files that the maker has signed (libqmi, data/qmi-service-pdc.json).
// The token of a command stands in its response and in the indication that tells what it came to.

const kind = choice({ platform: 0, software: 1 }, u32);
const id = counted(u8);
const named = struct({ kind, id });
const token = optional(0x10, u32);
const result = mandatory(0x01, u16);
const service = 'pdc';

export const pdcRegister = qmiCommand({
  service,
  id: 0x0020,
  name: 'Register',
  request: { reports: optional(0x10, flag), refresh: optional(0x11, flag) },
  response: {},
});

export const pdcGetSelected = qmiCommand({
  service,
  id: 0x0022,
  name: 'Get Selected Config',
  request: { kind: mandatory(0x01, kind), token },
  response: { token },
});

export const pdcSelected = qmiIndication({
  service,
  id: 0x0022,
  name: 'Get Selected Config',
  tlvs: { result, token, active: optional(0x11, id), pending: optional(0x12, id) },
});

export const pdcSelect = qmiCommand({
  service,
  id: 0x0023,
  name: 'Set Selected Config',
  request: { config: mandatory(0x01, named), token },
  response: { token },
});

export const pdcList = qmiCommand({
  service,
  id: 0x0024,
  name: 'List Configs',
  request: { token, kind: mandatory(0x11, kind) },
  response: { token },
});

export const pdcListed = qmiIndication({
  service,
  id: 0x0024,
  name: 'List Configs',
  tlvs: { result, token, configs: optional(0x11, list(u8, named)) },
});

export const pdcDelete = qmiCommand({
  service,
  id: 0x0025,
  name: 'Delete Config',
  request: { kind: mandatory(0x01, kind), token, id: mandatory(0x11, id) },
  response: { token },
});

export const pdcLoad = qmiCommand({
  service,
  id: 0x0026,
  name: 'Load Config',
  request: { chunk: mandatory(0x01, struct({ kind, id, total: u32, bytes: counted(u16) })), token },
  response: { token },
});

export const pdcActivate = qmiCommand({
  service,
  id: 0x0027,
  name: 'Activate Config',
  request: { kind: mandatory(0x01, kind), token },
  response: { token },
});

export const pdcGetInfo = qmiCommand({
  service,
  id: 0x0028,
  name: 'Get Config Info',
  request: { config: mandatory(0x01, named), token },
  response: {},
});

export const pdcInfo = qmiIndication({
  service,
  id: 0x0028,
  name: 'Get Config Info',
  tlvs: {
    result,
    token,
    size: optional(0x11, u32),
    description: optional(0x12, text(u8)),
    version: optional(0x13, u32),
  },
});

export const pdcDeactivate = qmiCommand({
  service,
  id: 0x002b,
  name: 'Deactivate Config',
  request: { kind: mandatory(0x01, kind), token },
  response: { token },
});

/** How Set Selected, Activate and Deactivate Config ended. */
function ended(number: number, name: string) {
  return qmiIndication({ service, id: number, name, tlvs: { result, token } });
}

export const pdcSelectEnded = ended(0x0023, 'Set Selected Config');
export const pdcActivateEnded = ended(0x0027, 'Activate Config');
export const pdcDeactivateEnded = ended(0x002b, 'Deactivate Config');
