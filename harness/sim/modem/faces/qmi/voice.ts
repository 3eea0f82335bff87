import * as voice from '../../../../protocols/qmi/voice.ts';
import { qmiError } from '../../../../protocols/qmi/result.ts';
import { handle, news, type QmiService } from './handler.ts';
import type { QmiServiceParts } from './service-parts.ts';

/** Voice on a modem for data: no calls, and a network that answers no USSD. */
export function createVoice({ tell }: QmiServiceParts): QmiService {
  const refused = qmiError.SupsFailureCase;
  return {
    service: 'voice',
    version: [2, 1],
    handlers: [
      handle(voice.voiceIndicationRegister, () => ({ values: {} })),
      handle(voice.voiceDial, () => ({ error: 'CallFailed' })),
      handle(voice.voiceEnd, () => ({ error: 'InvalidArgument' })),
      handle(voice.voiceGetCalls, () => ({ values: { calls: [] } })),
      handle(voice.voiceOriginateUssd, () => ({ error: 'SupsFailureCase' })),
      handle(voice.voiceCancelUssd, () => ({ error: 'NoEffect' })),
      handle(voice.voiceOriginateUssdNoWait, ({ client }) => ({
        values: {},
        afterwards: () =>
          tell(
            'voice',
            news(voice.voiceUssdEnded, { error: refused }, (one) => one === client),
          ),
      })),
      handle(voice.voiceGetConfig, (_, wanted) => ({
        values: {
          autoAnswer: wanted.autoAnswer ? false : undefined,
          tty: wanted.tty ? ('off' as const) : undefined,
          amr: wanted.amr ? { gsm: false, wcdma: 0 } : undefined,
          domain: wanted.domain ? ('ps-preferred' as const) : undefined,
        },
      })),
    ],
  };
}
