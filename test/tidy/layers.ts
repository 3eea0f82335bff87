/**
 * Which folder of harness/ may import which. `drivers` and `sim` never import each other: they meet in `protocols` and
 * `rig`, so that one wrong belief can't pass on both sides. `lab` is the one place that builds a rig.
 * To change it, change ARCHITECTURE.md with it and say why.
 */
export const layers: Readonly<Record<string, readonly string[]>> = stack({
  core: [],
  local: ['core'],
  protocols: ['core'],
  rig: ['core'],
  transport: ['core'],
  drivers: ['core', 'protocols', 'transport', 'rig'],
  sim: ['core', 'protocols', 'transport', 'rig'],
  virtual: ['core', 'local', 'protocols', 'transport', 'rig', 'sim'],
  procedures: ['core', 'rig'],
  verdict: ['core'],
  diagnosis: ['core'],
  report: ['core', 'local', 'verdict', 'diagnosis'],
  lab: 'all above',
  runner: 'all above',
  cli: 'all above',
});

function stack(
  table: Readonly<Record<string, readonly string[] | 'all above'>>,
): Record<string, readonly string[]> {
  const names = Object.keys(table);
  const allowed = names.map((name, place) => {
    const named = table[name] as readonly string[] | 'all above';
    return [name, named === 'all above' ? names.slice(0, place) : named] as const;
  });
  return Object.fromEntries(allowed);
}

/** Calls that only these folders may make: everybody else asks a Clock, a Rng or the Timeline. */
export const banned: readonly {
  readonly call: RegExp;
  readonly allowed: readonly string[];
  readonly instead: string;
}[] = [
  {
    call: /\b(?:setTimeout|setInterval|setImmediate)\s*\(/,
    allowed: ['core', 'transport', 'cli'],
    instead: 'ctx.clock.after or ctx.clock.sleep',
  },
  {
    call: /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/,
    allowed: ['core', 'transport', 'cli'],
    instead: 'ctx.clock.now or ctx.clock.wall',
  },
  { call: /\bMath\.random\b/, allowed: ['core'], instead: 'ctx.rng' },
  {
    call: /(?<![.\w])console\.(?:log|error|warn|info|debug|trace|table|dir)\b/,
    allowed: ['cli'],
    instead: 'the timeline, or a returned text',
  },
  {
    call: /\bthrow new Error\(/,
    allowed: ['core'],
    instead: 'HarnessError, with a code and whom to blame',
  },
  { call: /\bTODO\b|\bFIXME\b|\bXXX\b/, allowed: [], instead: 'an issue' },
];
