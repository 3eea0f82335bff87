import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { decodeQmi, encodeQmi, type QmiMessage } from '../../../../../harness/protocols/qmi/message.ts';
import { decodeResult } from '../../../../../harness/protocols/qmi/result.ts';
import { qmiService, type QmiServiceName } from '../../../../../harness/protocols/qmi/services.ts';
import { bench } from '../bench.ts';
import { qmiHost } from './qmi-host.ts';

interface Vectors {
  readonly requests: readonly {
    readonly option: string;
    readonly service: QmiServiceName;
    readonly id: number;
    readonly tlvs: readonly (readonly [type: number, hex: string])[];
  }[];
}

const { requests } = JSON.parse(
  readFileSync(new URL('../../../../vectors/qmi/uqmi-requests.json', import.meta.url), 'utf8'),
) as Vectors;

/** What is refused on a modem that is on the network, with a card that has no number and its supply. */
const refused: Readonly<Record<string, number>> = {
  '--get-pin-status': 71,
  '--get-msisdn': 16,
  '--network-register': 26,
  '--uim-power-on --uim-slot 1': 26,
};

describe('what uqmi asks', () => {
  it.each(requests)('$option is answered', async ({ option, service, id, tlvs }) => {
    const { clock, modem, drive, pass } = bench('mc7455');
    await drive(async () => {
      await pass(20_000);
      const host = qmiHost(clock, modem);
      const client = await host.allocate(service);
      const answers: QmiMessage[] = [];
      host.port.onReadable(() => {
        for (let frame = host.port.receive(); frame; frame = host.port.receive()) {
          const message = decodeQmi(frame);
          if (message.kind === 'response') answers.push(message);
        }
      });
      host.port.send(
        encodeQmi({
          service: qmiService[service],
          client,
          kind: 'request',
          transaction: 1,
          id,
          tlvs: tlvs.map(([type, hex]) => ({ type, value: Uint8Array.from(Buffer.from(hex, 'hex')) })),
        }),
      );
      await pass(1_000);
      expect(answers).toHaveLength(1);
      expect(decodeResult(answers[0]?.tlvs ?? [], option)).toBe(refused[option] ?? 0);
    });
  });
});
