import type { TextMessage } from './stored.ts';

/** A SIM card, as bought. PIN and PUK are digits. */
export interface SimCard {
  readonly iccid: string;
  readonly imsi: string;
  /** `+15551234567`; most data cards hold none. */
  readonly msisdn?: string;
  /** The card asks for it; left out: its PIN is disabled. */
  readonly pin?: string;
  readonly puk?: string;
  /** EF_SPN (TS 31.102 4.2.12); left out: the card names none. */
  readonly serviceProvider?: string;
  /** EF_SMSP: the operator's message service centre, `+12025550100`. */
  readonly textCentre?: string;
  /** The network lets it on for data alone: CREG is denied while CEREG is home (fault F60). */
  readonly dataOnly?: boolean;
}

/** What is written on the card's own chip: it stays when the card is pulled. */
export interface CardState extends SimCard {
  readonly pin: string;
  readonly puk: string;
  readonly pinEnabled: boolean;
  readonly pinTries: number;
  readonly pukTries: number;
  readonly second: SecondPin;
  /** EF_PLMNwAcT (TS 31.102 4.2.5): networks that the user prefers. */
  readonly preferredNetworks: readonly PreferredNetwork[];
  /** EF_ADN, by rising place. */
  readonly phonebook: readonly Contact[];
  /** EF_SMS, by rising place. */
  readonly texts: readonly TextMessage[];
  readonly textCentre: string;
}

/** The card's other PIN, for what its owner alone may change. It can't be disabled. */
export interface SecondPin {
  readonly pin: string;
  readonly puk: string;
  readonly pinTries: number;
  readonly pukTries: number;
}

/** What can be tried with a card's second PIN. */
export type SecondPinAttempt =
  | { readonly kind: 'verify'; readonly pin: string }
  | { readonly kind: 'change'; readonly pin: string; readonly newPin: string }
  | { readonly kind: 'unblock'; readonly puk: string; readonly newPin: string };

/** An entry of the phone book. */
export interface Contact {
  /** From 1 on. */
  readonly place: number;
  readonly number: string;
  readonly name: string;
}

export interface PreferredNetwork {
  /** MCC and MNC. */
  readonly plmn: string;
  /** Access technologies as the card has them: 0x4000 E-UTRAN, 0x8000 UTRAN, 0x0080 GSM. */
  readonly technologies: number;
}
