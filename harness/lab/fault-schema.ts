import { z } from 'zod';

import { modemEvents, type FaultKind, type FaultOf } from '../sim/faults.ts';
import { choice, duration, integer, map, probability } from './fields.ts';

const when = map({
  afterMs: duration.default(0).describe('So long after the start, or after the event'),
  event: choice(modemEvents)
    .optional()
    .describe('The first event of this kind that is recorded of the modem'),
  jitterMs: duration.optional().describe('At most so much later, by the seed'),
})
  .optional()
  .describe('When it comes; from the start, if left out. A planned fault that never bites is an error');

const forMs = duration.optional().describe('How long it holds; to the end, if left out');
const duringCommand = integer(1, 1_000_000, 'the number of a command, from 1');
const cause = integer(1, 255, 'a cause from 1 to 255 (TS 24.008 10.5.6.6)').optional();

const shape = <const K extends FaultKind, S extends z.core.$ZodLooseShape>(kind: K, fields: S) =>
  map({ kind: z.literal(kind), ...fields, when });

/** One schema for each fault of the simulator: it does not compile with one too few or with other fields. */
const faultSchemas = {
  'sim.not-seated': shape('sim.not-seated', {}),
  'sim.remove': shape('sim.remove', {}),
  'sim.insert': shape('sim.insert', {}),
  'cell.lost': shape('cell.lost', { forMs }),
  'registration.deny': shape('registration.deny', {
    emmCause: integer(1, 255, 'an EMM cause from 1 to 255 (TS 24.301 9.9.3.9)'),
    forMs,
  }),
  'bearer.drop': shape('bearer.drop', { cause, meanMs: duration.optional() }),
  latency: shape('latency', { ms: duration, forMs }),
  loss: shape('loss', { probability, forMs }),
  'usb.disconnect': shape('usb.disconnect', { forMs: duration }),
  brownout: shape('brownout', { forMs }),
  crash: shape('crash', {
    into: z.literal('boot-loader', { error: 'boot-loader' }).optional(),
  }),
  stall: shape('stall', { forMs }),
  'at.silent': shape('at.silent', { forMs }),
  'qmi.silent': shape('qmi.silent', { forMs }),
  'mbim.silent': shape('mbim.silent', { forMs }),
  'echo.lost': shape('echo.lost', { afterMs: duration.optional(), forMs }),
  'reload.starve': shape('reload.starve', { forMs: duration, probability }),
  'port.held': shape('port.held', { by: choice(['modemmanager', 'rooter', 'terminal']) }),
  'ssh.die': shape('ssh.die', { duringCommand }),
  'ssh.hang': shape('ssh.hang', { duringCommand }),
} satisfies { [K in FaultKind]: z.ZodType<FaultOf<K>> };

type FaultSchema = (typeof faultSchemas)[FaultKind];

/** A fault in a rig file. */
export const fault = z.discriminatedUnion(
  'kind',
  Object.values(faultSchemas) as [FaultSchema, ...FaultSchema[]],
  { error: () => Object.keys(faultSchemas).join(', ') },
);
