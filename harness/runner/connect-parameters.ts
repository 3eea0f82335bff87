import type { ParameterDeclaration } from './plan.ts';

/** What every suite that connects may be told, by whichever mode it does so. */
export const connectParameters = {
  'connect.registrationSeconds': {
    about: 'how long the modem may take to register',
    default: 45,
    unit: 's',
    min: 1,
    max: 600,
  },
  'connect.dialSeconds': {
    about: 'how long from ifup to an address',
    default: 120,
    unit: 's',
    min: 5,
    max: 600,
  },
} as const satisfies Record<string, ParameterDeclaration>;
