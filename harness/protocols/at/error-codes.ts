/** TS 27.007 9.2.1 to 9.2.4: mobile equipment errors that a data modem gives. */
export const cme = {
  phoneFailure: 0,
  notAllowed: 3,
  notSupported: 4,
  simNotInserted: 10,
  simPinRequired: 11,
  simPukRequired: 12,
  simFailure: 13,
  simBusy: 14,
  simWrong: 15,
  incorrectPassword: 16,
  simPuk2Required: 18,
  memoryFull: 20,
  invalidIndex: 21,
  notFound: 22,
  textTooLong: 24,
  invalidCharacters: 25,
  dialStringTooLong: 26,
  invalidDialString: 27,
  noNetworkService: 30,
  networkTimeout: 31,
  emergencyOnly: 32,
  incorrectParameters: 50,
  unknown: 100,
  notSubscribed: 133,
  unspecifiedGprs: 148,
} as const;

const cmeTexts: Readonly<Record<number, string>> = {
  0: 'phone failure',
  1: 'no connection to phone',
  2: 'phone-adaptor link reserved',
  3: 'operation not allowed',
  4: 'operation not supported',
  5: 'PH-SIM PIN required',
  6: 'PH-FSIM PIN required',
  7: 'PH-FSIM PUK required',
  10: 'SIM not inserted',
  11: 'SIM PIN required',
  12: 'SIM PUK required',
  13: 'SIM failure',
  14: 'SIM busy',
  15: 'SIM wrong',
  16: 'incorrect password',
  17: 'SIM PIN2 required',
  18: 'SIM PUK2 required',
  20: 'memory full',
  21: 'invalid index',
  22: 'not found',
  23: 'memory failure',
  24: 'text string too long',
  25: 'invalid characters in text string',
  26: 'dial string too long',
  27: 'invalid characters in dial string',
  30: 'no network service',
  31: 'network timeout',
  32: 'network not allowed - emergency calls only',
  40: 'network personalisation PIN required',
  41: 'network personalisation PUK required',
  42: 'network subset personalisation PIN required',
  43: 'network subset personalisation PUK required',
  44: 'service provider personalisation PIN required',
  45: 'service provider personalisation PUK required',
  46: 'corporate personalisation PIN required',
  47: 'corporate personalisation PUK required',
  50: 'incorrect parameters',
  100: 'unknown',
  103: 'illegal MS',
  106: 'illegal ME',
  107: 'GPRS services not allowed',
  111: 'PLMN not allowed',
  112: 'location area not allowed',
  113: 'roaming not allowed in this location area',
  132: 'service option not supported',
  133: 'requested service option not subscribed',
  134: 'service option temporarily out of order',
  148: 'unspecified GPRS error',
  149: 'PDP authentication failure',
  150: 'invalid mobile class',
};

/** TS 27.005 3.2.5: message service failures that a data modem gives. */
export const cms = {
  failure: 300,
  notAllowed: 302,
  notSupported: 303,
  invalidPdu: 304,
  invalidTextParameter: 305,
  simNotInserted: 310,
  simPinRequired: 311,
  simFailure: 313,
  simBusy: 314,
  simPukRequired: 316,
  invalidIndex: 321,
  memoryFull: 322,
  noNetworkService: 331,
} as const;

const cmsTexts: Readonly<Record<number, string>> = {
  300: 'ME failure',
  302: 'operation not allowed',
  303: 'operation not supported',
  304: 'invalid PDU mode parameter',
  305: 'invalid text mode parameter',
  310: 'SIM not inserted',
  311: 'SIM PIN required',
  313: 'SIM failure',
  314: 'SIM busy',
  316: 'SIM PUK required',
  321: 'invalid memory index',
  322: 'memory full',
  331: 'no network service',
  500: 'unknown error',
};

/** `10` -> `SIM not inserted`; undefined where the standard names none. */
export function cmeText(code: number): string | undefined {
  return cmeTexts[code];
}

export function cmsText(code: number): string | undefined {
  return cmsTexts[code];
}

/** `SIM not inserted` -> 10, whatever its case; undefined for a text that the standard does not know. */
export function cmeCode(text: string): number | undefined {
  return codeByText.get(text.toLowerCase());
}

const codeByText = new Map(
  Object.entries(cmeTexts).map(([code, text]) => [text.toLowerCase(), Number(code)]),
);
