import type { MachineTraits } from './state.ts';
import { patch, type Turn } from './turn.ts';

/** Sierra's interface bits (AT!USBCOMP=?). */
export const compositionBit = {
  diag: 0x1,
  adb: 0x2,
  nmea: 0x4,
  modem: 0x8,
  rmnet0: 0x100,
  rmnet1: 0x400,
  rmnet2: 0x800,
  mbim: 0x1000,
  rndis: 0x4000,
  audio: 0x10000,
  ecm: 0x80000,
  ubist: 0x200000,
} as const;

/** Sierra's older numbering (AT!UDUSBCOMP, SWI Set USB Composition): 6 ends in QMI, 8 in MBIM, 9 is MBIM alone. */
export const compositionByNumber: Readonly<Record<number, number>> = { 6: 0x10d, 8: 0x100d, 9: 0x1000 };

const KNOWN_BITS = Object.values(compositionBit).reduce((mask, bit) => mask | bit, 0);

/** Would the firmware take it? RMNET0 and MBIM exclude each other. */
export function isComposition(traits: MachineTraits, composition: number): boolean {
  if (traits.compositions !== 'bitmask') return traits.compositions.includes(composition);
  const both = compositionBit.rmnet0 | compositionBit.mbim;
  return composition > 0 && (composition & ~KNOWN_BITS) === 0 && (composition & both) !== both;
}

/** It shows at once when asked for, and on USB after the next restart. */
export function setComposition(turn: Turn, composition: number, type: number | undefined): void {
  const { traits } = turn.state;
  const pendingType = type ?? turn.state.composition.pendingType;
  if (!isComposition(traits, composition) || !isCompositionType(traits, pendingType)) return;
  patch(turn, { composition: { ...turn.state.composition, pending: composition, pendingType } });
}

export function isCompositionType(traits: MachineTraits, type: number): boolean {
  return (traits.compositionTypes ?? [0]).includes(type);
}

/** The restart that makes it so. */
export function adoptComposition(turn: Turn): void {
  const { composition } = turn.state;
  const { pending, pendingType } = composition;
  patch(turn, { composition: { ...composition, present: pending, presentType: pendingType } });
}
