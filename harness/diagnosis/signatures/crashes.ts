import { installed } from '../package-manager.ts';
import { cause, seen, type Signature } from '../signature.ts';

const PROGRAM = '(?:ModemManager|uqmi|umbim|pppd|quectel-CM|QConnectManager)';

/** Programs of the router that die. */
export const crashes: readonly Signature[] = [
  {
    fault: 'F113',
    title: 'the program that drives the modem crashes',
    rung: 'S3',
    settles: true,
    causes: [
      cause(
        'a fault of this version, often with this one modem',
        `${installed('-iE "modemmanager|libqmi|libmbim|uqmi"')}; the same modem with qmi or mbim instead`,
        'another version; proto qmi or mbim meanwhile',
      ),
      cause('out of memory', 'logread -e oom; free', 'fewer services on this router'),
    ],
    match: seen(
      new RegExp(
        `SIGSEGV to ${PROGRAM}|${PROGRAM}\\[\\d+\\]:? (?:segfault|unhandled|general protection)|Out of memory: Kill\\w* process \\d+ \\(${PROGRAM}|Instance \\S*(?:modemmanager|quectel|modem)\\S* \\S+ in a crash loop`,
        'i',
      ),
      { confidence: 'certain', explains: ['F34', 'F31', 'F32', 'F111'] },
    ),
  },
];
