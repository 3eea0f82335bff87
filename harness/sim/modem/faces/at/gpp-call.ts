import { cme } from '../../../../protocols/at/error-codes.ts';
import { cmeError, constant, integerIn, ok, remembered } from './answer.ts';
import { startCall } from './v250.ts';
import type { AtCall, AtAnswer, Family } from './wire.ts';

/** TS 27.007 6 and V.250 6.5: calls and the serial line. */
export const gppCall: Family = {
  '+CGDATA': {
    test: constant('+CGDATA: ("PPP")'),
    set: (at, values) => {
      const cid = values.length > 1 ? integerIn(values[1], 1, 255) : 1;
      if (values[0]?.text.toUpperCase() !== 'PPP' || cid === undefined) {
        return cmeError(cme.incorrectParameters);
      }
      return startCall(at, cid);
    },
  },
  '+CHUP': { exec: hangUp, test: constant() },
  '+CEER': { exec: lastEnd, test: constant() },
  '+IPR': remembered('+IPR', 115_200, 921_600),
  '+IFC': { read: constant('+IFC: 2,2'), test: constant('+IFC: (0-2),(0-2)'), set: constant() },
  '+ICF': { read: constant('+ICF: 3,3'), test: constant('+ICF: (3),(0-3)'), set: constant() },
  '+FCLASS': { read: constant('+FCLASS: 0'), test: constant('+FCLASS: (0)'), set: constant() },
};

function hangUp({ call }: AtCall): AtAnswer {
  call.hangUp();
  return ok();
}

// TS 24.008 10.5.6.6, in the words of its own table.
const causeTexts: Readonly<Record<number, string>> = {
  8: 'Operator determined barring',
  26: 'Insufficient resources',
  27: 'Missing or unknown APN',
  28: 'Unknown PDP address or PDP type',
  29: 'User authentication failed',
  30: 'Activation rejected by GGSN',
  31: 'Activation rejected, unspecified',
  32: 'Service option not supported',
  33: 'Requested service option not subscribed',
  34: 'Service option temporarily out of order',
  36: 'Regular deactivation',
  38: 'Network failure',
  39: 'Reactivation requested',
  50: 'PDP type IPv4 only allowed',
  51: 'PDP type IPv6 only allowed',
};

function lastEnd({ runtime }: AtCall): AtAnswer {
  const cause = runtime.state.lastEnd?.cause;
  if (cause === undefined) return ok('+CEER: No report available');
  if (typeof cause === 'number') return ok(`+CEER: ${causeTexts[cause] ?? `Cause ${cause}`}`);
  const words = {
    requested: 'Regular deactivation',
    'no-service': 'No service',
    'no-context': 'Unknown context',
  };
  return ok(`+CEER: ${words[cause]}`);
}
