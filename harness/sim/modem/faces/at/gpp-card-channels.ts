import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { CardReply } from '../../card-channels.ts';
import { cmeError, constant, integerIn, ok, simObstacle } from './answer.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** TS 27.007 8.17 and 8.43 to 8.46: the card itself, by APDUs. */
export const gppCardChannels: Family = {
  '+CSIM': { set: onBasicChannel, test: constant() },
  '+CCHO': { set: openChannel, test: constant() },
  '+CGLA': { set: onChannel, test: constant() },
  '+CCHC': { set: closeChannel, test: constant() },
};

/** A card answers as soon as it has its supply, PIN or not. */
function withChip(at: AtCall, answer: () => AtAnswer): AtAnswer {
  const obstacle = simObstacle(at.runtime.state);
  const locked = obstacle === cme.simPinRequired || obstacle === cme.simPukRequired;
  return obstacle === undefined || locked ? answer() : cmeError(obstacle);
}

/** `length,"hex"`: digits are counted, not bytes. */
function commandOf(length: AtValue | undefined, hex: AtValue | undefined): Uint8Array | undefined {
  const digits = hex?.text ?? '';
  const counted = integerIn(length, 8, 522) === digits.length;
  return counted && /^(?:[0-9A-F]{2})+$/i.test(digits)
    ? Uint8Array.from(Buffer.from(digits, 'hex'))
    : undefined;
}

function told(name: string, { data, status }: CardReply): AtAnswer {
  const digits = Buffer.from([...data, ...status])
    .toString('hex')
    .toUpperCase();
  return ok(`${name}: ${digits.length},"${digits}"`);
}

/** The two lowest bits of the class byte are the channel (TS 102 221 10.1.1). */
const CHANNEL_BITS = 0x03;

function onBasicChannel(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const command = commandOf(values[0], values[1]);
  if (!command || values.length > 2) return cmeError(cme.incorrectParameters);
  return withChip(at, () => {
    const reply = at.card.transmit((command[0] ?? 0) & CHANNEL_BITS, command);
    return reply ? told('+CSIM', reply) : cmeError(cme.notAllowed);
  });
}

/** `="A0000000871002"`: an application's name. */
function openChannel(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const name = values[0]?.text ?? '';
  if (!/^(?:[0-9A-F]{2}){5,16}$/i.test(name) || values.length > 1) return cmeError(cme.incorrectParameters);
  return withChip(at, () => {
    const opened = at.card.open(Uint8Array.from(Buffer.from(name, 'hex')));
    if (!opened) return cmeError(cme.memoryFull);
    return opened.channel === undefined ? cmeError(cme.notFound) : ok(`+CCHO: ${opened.channel}`);
  });
}

function onChannel(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const channel = integerIn(values[0], 1, 19);
  const command = commandOf(values[1], values[2]);
  if (channel === undefined || !command || values.length > 3) return cmeError(cme.incorrectParameters);
  return withChip(at, () => {
    const reply = at.card.transmit(channel, command);
    return reply ? told('+CGLA', reply) : cmeError(cme.invalidIndex);
  });
}

function closeChannel(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const channel = integerIn(values[0], 1, 19);
  if (channel === undefined || values.length > 1) return cmeError(cme.incorrectParameters);
  return withChip(at, () => (at.card.close(channel) ? ok() : cmeError(cme.invalidIndex)));
}
