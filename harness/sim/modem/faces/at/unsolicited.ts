import type { SimState } from '../../../../rig/modem.ts';
import type { Indication } from '../../turn.ts';
import { statusText, type RegistrationReport } from './gpp-registration.ts';
import { tellsTexts } from './quectel-config.ts';
import { textNews } from './text-words.ts';
import type { AtCall } from './wire.ts';

/**
 * What this port says unasked when something changed: only what it was told to report, and the maker's own news. Each
 * result has a line, or two of them: a text message is told together with its head.
 */
export function unsolicitedResults(at: AtCall, what: Indication): readonly (readonly string[])[] {
  const quectel = at.profile.at.vendor === 'quectel';
  if (what.kind === 'text') return quectel && !tellsTexts(at) ? [] : textNews(at, what);
  return linesOf(at, what).map((line) => [line]);
}

function linesOf(at: AtCall, what: Exclude<Indication, { kind: 'text' }>): readonly string[] {
  if (what.kind === 'registration') return registrationLines(at, what);
  if (what.kind === 'bearerUp' || what.kind === 'bearerDown') return packetEvent(at, what);
  return at.profile.at.vendor === 'quectel' ? quectelLines(at, what) : [];
}

function registrationLines(
  { runtime, wire }: AtCall,
  changed: Extract<Indication, { kind: 'registration' }>,
): readonly string[] {
  const reports: readonly RegistrationReport[] = [
    ...(changed.circuit ? (['creg'] as const) : []),
    ...(changed.packet ? (['cgreg', 'cereg'] as const) : []),
  ];
  return reports
    .filter((report) => wire[report] > 0)
    .map((report) => `+${report.toUpperCase()}: ${statusText(runtime.state, report, wire[report] === 2)}`);
}

/** TS 27.007 10.1.19. */
function packetEvent(
  { wire }: AtCall,
  what: Extract<Indication, { kind: 'bearerUp' } | { kind: 'bearerDown' }>,
): readonly string[] {
  if (wire.packetEvents === 0) return [];
  if (what.kind === 'bearerUp') return [`+CGEV: ME PDN ACT ${what.cid}`];
  return [`+CGEV: ${what.by === 'network' ? 'NW' : 'ME'} PDN DEACT ${what.cid}`];
}

const cpinWords: Readonly<Record<SimState, string>> = {
  ready: 'READY',
  pin: 'SIM PIN',
  puk: 'SIM PUK',
  absent: 'NOT INSERTED',
  busy: 'NOT READY',
  failed: 'NOT READY',
};

/** Quectel announces its start-up on one port: RDY, the card, the phone book. */
function quectelLines({ profile, runtime, wire }: AtCall, what: Indication): readonly string[] {
  if (wire.interfaceNumber !== profile.at.urcInterface) return [];
  const { sim, radio, power } = runtime.state;
  switch (what.kind) {
    case 'started':
      return ['RDY'];
    case 'sim': {
      const card = `+CPIN: ${cpinWords[sim.state]}`;
      return sim.state === 'ready' ? [card, '+QUSIM: 1', `+CFUN: ${radio.functionality}`] : [card];
    }
    case 'phonebook':
      return ['+QIND: SMS DONE', '+QIND: PB DONE'];
    case 'stopping':
      return power.next === 'on' ? ['POWERED DOWN'] : [];
    default:
      return [];
  }
}
