import type { Clock } from '../../core/clock.ts';
import { isHarnessError } from '../../core/errors.ts';
import type { Rng } from '../../core/chance.ts';
import { addressOf, numberOf, withCentre } from '../../protocols/sms/address.ts';
import { decodeSubmit, encodeDeliver, timestamp, type SubmitTpdu } from '../../protocols/sms/tpdu.ts';

/** Why the network did not take a message: TS 24.011 8.2.5.4. */
export type RpCause = number;

export interface SubmittedText {
  /** The subscriber's own number, as the operator knows it; undefined: a subscription without one. */
  readonly from: string | undefined;
  /** SMS-SUBMIT, without the centre's address. */
  readonly tpdu: Uint8Array;
}

/** The operator's message service centre. What goes to the subscriber's own number comes back; the rest is gone. */
export interface TextCentre {
  /** Called back with nothing when the centre has taken it. */
  submit(text: SubmittedText, done: (refused: RpCause | undefined) => void): void;
  /**
   * Who takes what arrives for the subscriber: SMS-DELIVER behind the centre's address. One listener; when it says false,
   * the centre keeps the message until `retry`.
   */
  onDelivery(f: (pdu: Uint8Array) => boolean): void;
  /** The subscriber can be reached again. */
  retry(): void;
}

/** RP-causes. */
const PROTOCOL_ERROR = 111;

/** A number that is nobody's (555-0100 to 555-0199); cards have it written in them. */
export const centreNumber = '+12025550100';
const SUBMIT_MS = [400, 1_500] as const;
const DELIVERY_MS = [800, 3_000] as const;
/** A centre does not keep messages without end. */
const MAX_WAITING = 100;

export function createTextCentre(clock: Clock, rng: Rng): TextCentre {
  let waiting: Uint8Array[] = [];
  let deliver: (pdu: Uint8Array) => boolean = () => false;

  const arrive = (pdu: Uint8Array): void => {
    if (!deliver(pdu) && waiting.length < MAX_WAITING) waiting.push(pdu);
  };
  return {
    submit: ({ from, tpdu }, done) => {
      const message = tryDecode(tpdu);
      clock.after(rng.integer(...SUBMIT_MS), () => {
        if (!message) return done(PROTOCOL_ERROR);
        done(undefined);
        if (from === undefined || numberOf(message.to).replace(/^\+/, '') !== from.replace(/^\+/, '')) return;
        const time = timestamp(clock.wall());
        const back = withCentre(addressOf(centreNumber), encodeDeliver(delivered(message, from, time)));
        clock.after(rng.integer(...DELIVERY_MS), () => arrive(back));
      });
    },
    onDelivery: (f) => {
      deliver = f;
    },
    retry: () => {
      const held = waiting;
      waiting = [];
      for (const pdu of held) arrive(pdu);
    },
  };
}

function delivered(message: SubmitTpdu, from: string, time: Uint8Array) {
  const { hasHeader, replyPath, protocol, coding, length, text } = message;
  const body = { hasHeader, replyPath, protocol, coding, length, text };
  return { ...body, moreToCome: false, reported: false, from: addressOf(from), time };
}

function tryDecode(tpdu: Uint8Array): SubmitTpdu | undefined {
  try {
    return decodeSubmit(tpdu);
  } catch (error) {
    if (isHarnessError(error)) return undefined;
    throw error;
  }
}
