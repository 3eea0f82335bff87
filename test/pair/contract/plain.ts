/** Plain data. A list of objects is told apart by place. */
export type Plain =
  undefined | null | boolean | number | string | readonly Plain[] | { readonly [name: string]: Plain };

/** What a rig showed, by topic. */
export type Observed = Readonly<Record<string, Plain>>;
