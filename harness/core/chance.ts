/** A seeded source of chance. Two with the same seed give the same numbers for ever, on every machine. */
export interface Rng {
  readonly seed: string;
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [low, high], both ends included. */
  integer(low: number, high: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A new array with the same items in random order. */
  shuffle<T>(items: readonly T[]): T[];
  /** Standard normal deviate. */
  normal(): number;
  /**
   * An independent stream named by its label. Forking does not draw from the parent, so adding a consumer
   * somewhere does not change what everybody else sees.
   */
  fork(label: string): Rng;
}

export function createRng(seed: string | number): Rng {
  const text = String(seed);
  const draw = sfc32(text);
  const rng: Rng = {
    seed: text,
    next: draw,
    integer: (low, high) => low + Math.floor(draw() * (high - low + 1)),
    chance: (probability) => draw() < probability,
    shuffle: (items) => shuffled(items, draw),
    normal: () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()),
    fork: (label) => createRng(`${text}/${label}`),
  };
  return rng;
}

function shuffled<T>(items: readonly T[], draw: () => number): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

/** sfc32 (Chris Doty-Humphrey's PractRand), seeded from text by 32-bit FNV-1a with three offsets. */
function sfc32(seed: string): () => number {
  let [a, b, c] = fnv1a(seed);
  let d = 1;
  const draw = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 15; i++) draw();
  return draw;
}

/** The hash with each of three offsets. */
function fnv1a(text: string): [number, number, number] {
  let [a, b, c] = [2_166_136_261 ^ 1, 2_166_136_261 ^ 2, 2_166_136_261 ^ 3];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 16_777_619);
    b = Math.imul(b ^ code, 16_777_619);
    c = Math.imul(c ^ code, 16_777_619);
  }
  return [a, b, c];
}
