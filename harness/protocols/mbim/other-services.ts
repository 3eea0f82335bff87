import { choice, rest, struct, u32 } from '../binary/field.ts';
import { mbimCommand } from './declare.ts';
import { data } from './fields.ts';
import { mbimService } from './services.ts';

/** MBIM 1.0, section 10.7. */
export const ussd = mbimCommand({
  service: mbimService.ussd,
  cid: 1,
  name: 'USSD',
  set: struct({
    action: choice({ initiate: 0, continue: 1, cancel: 2 }, u32),
    /** TS 23.038 5. */
    codingScheme: u32,
    payload: data,
  }),
  response: struct({
    response: choice(
      {
        noActionRequired: 0,
        actionRequired: 1,
        terminatedByNetwork: 2,
        otherLocalClient: 3,
        operationNotSupported: 4,
        networkTimeout: 5,
      },
      u32,
    ),
    session: choice({ new: 0, existing: 1 }, u32),
    codingScheme: u32,
    payload: data,
  }),
  indicates: true,
});

/** One QMUX frame each way (libmbim, mbim-service-qmi.json): answers as the answer, indications as indications. */
export const qmiMessage = mbimCommand({
  service: mbimService.qmi,
  cid: 1,
  name: 'QMI_MSG',
  set: struct({ frame: rest }),
  response: struct({ frame: rest }),
  indicates: true,
});
