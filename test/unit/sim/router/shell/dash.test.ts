import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createBench } from '../support.ts';

interface Vectors {
  readonly cases: readonly { readonly script: string; readonly status: number; readonly out: string }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../../vectors/shell/dash.json', import.meta.url), 'utf8'),
) as Vectors;

describe('the shell, against what dash prints', () => {
  it.each(vectors.cases.map((one) => [one.script.split('\n')[0], one] as const))(
    '%s',
    async (_title, one) => {
      const { status, out } = await createBench().sh(one.script);
      expect({ status, out }).toEqual({ status: one.status, out: one.out });
    },
  );
});
