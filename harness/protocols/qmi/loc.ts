import { bytes, choice, flag, list, restText, rest, struct, u16, u32, u64, u8 } from '../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from './declare.ts';

// Location service (libqmi, data/qmi-service-loc.json and qmi-enums-loc.h). Most commands are answered at once, and what they
// came to follows as an indication of the same number.

/** Bits of Register Events. */
export const locEvent = { position: 1n, satellites: 2n, nmea: 4n, engineState: 0x80n } as const;

const status = choice(
  {
    success: 0,
    'general-failure': 1,
    unsupported: 2,
    'invalid-parameter': 3,
    'engine-busy': 4,
    'phone-offline': 5,
    timeout: 6,
  },
  u32,
);

/** A command, and the indication that tells how it ended. */
function twofold<const Q, const A>(id: number, name: string, request: Q, outcome: A) {
  const command = { service: 'loc', id, name } as const;
  return {
    command: { ...command, request, response: {} },
    outcome: { ...command, tlvs: { status: mandatory(0x01, status), ...outcome } },
  } as const;
}

export const locRegisterEvents = qmiCommand({
  service: 'loc',
  id: 0x0021,
  name: 'Register Events',
  request: { events: mandatory(0x01, u64) },
  response: {},
});

export const locStart = qmiCommand({
  service: 'loc',
  id: 0x0022,
  name: 'Start',
  request: {
    session: mandatory(0x01, u8),
    recurrence: optional(0x10, u32),
    intermediateReports: optional(0x12, u32),
    intervalMs: optional(0x13, u32),
  },
  response: {},
});

export const locStop = qmiCommand({
  service: 'loc',
  id: 0x0023,
  name: 'Stop',
  request: { session: mandatory(0x01, u8) },
  response: {},
});

export const locSatellites = qmiIndication({
  service: 'loc',
  id: 0x0025,
  name: 'GNSS Sv Info',
  tlvs: {
    altitudeAssumed: mandatory(0x01, flag),
    /** 28 bytes each: the emulated antenna sees none. */
    list: optional(0x10, list(u8, struct({ valid: u32, system: u32, id: u16, others: bytes(18) }))),
  },
});

export const locNmea = qmiIndication({
  service: 'loc',
  id: 0x0026,
  name: 'NMEA',
  tlvs: { sentence: mandatory(0x01, restText) },
});

export const locEngineState = qmiIndication({
  service: 'loc',
  id: 0x002b,
  name: 'Engine State',
  tlvs: { state: mandatory(0x01, choice({ on: 1, off: 2 }, u32)) },
});

const sizes = struct({ file: u32, part: u32 });
export const locOrbitsSource = twofold(
  0x0036,
  'Get Predicted Orbits Data Source',
  {},
  {
    sizes: optional(0x10, sizes),
    servers: optional(0x11, rest),
  },
);
const validity = struct({ start: u64, hours: u16 });
export const locOrbitsValidity = twofold(
  0x0037,
  'Get Predicted Orbits Data Validity',
  {},
  { validity: optional(0x10, validity) },
);
export const locInjectTime = twofold(
  0x0038,
  'Inject UTC Time',
  /** Milliseconds, both. */
  { time: mandatory(0x01, u64), uncertainty: mandatory(0x02, u32), source: optional(0x10, u32) },
  {},
);
export const locInjectPosition = twofold(
  0x0039,
  'Inject Position',
  /** Degrees, as doubles. */
  { latitude: optional(0x10, bytes(8)), longitude: optional(0x11, bytes(8)) },
  {},
);
export const locSetEngineLock = twofold(0x003a, 'Set Engine Lock', { lock: mandatory(0x01, u32) }, {});
export const locGetEngineLock = twofold(0x003b, 'Get Engine Lock', {}, { lock: optional(0x10, u32) });
export const locSetNmeaTypes = twofold(0x003e, 'Set NMEA Types', { types: mandatory(0x01, u32) }, {});
export const locGetNmeaTypes = twofold(0x003f, 'Get NMEA Types', {}, { types: optional(0x10, u32) });
const serverIpv4 = optional(0x10, struct({ address: u32, port: u16 }));
export const locSetServer = twofold(
  0x0042,
  'Set Server',
  {
    type: mandatory(0x01, u32),
    ipv4: serverIpv4,
    url: optional(0x12, restText),
  },
  {},
);
export const locGetServer = twofold(
  0x0043,
  'Get Server',
  { type: mandatory(0x01, u32), addressType: optional(0x10, u8) },
  { type: optional(0x02, u32), ipv4: serverIpv4, url: optional(0x12, restText) },
);
export const locDeleteAssistance = twofold(
  0x0044,
  'Delete Assistance Data',
  {
    all: mandatory(0x01, flag),
    satellites: optional(0x10, rest),
    gnss: optional(0x11, u64),
    cells: optional(0x12, u32),
    clock: optional(0x13, u32),
  },
  {},
);
export const locSetMode = twofold(0x004a, 'Set Operation Mode', { mode: mandatory(0x01, u32) }, {});
export const locGetMode = twofold(0x004b, 'Get Operation Mode', {}, { mode: optional(0x10, u32) });
