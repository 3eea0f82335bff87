import { describe, expect, it } from '@jest/globals';

import { loadProblem } from '../../../harness/runner/load-problem.ts';

describe('a suite that can not be loaded', () => {
  // As swc 1.16 and Node 20 under Jest 30 gave them.
  it.each([
    [
      "  x Expected ';', '}' or <eof>\n   ,-[/lab/bad.suite.ts:1:1]\n 1 | this is not( typescript\n",
      'at Compiler.transformSync (/lab/node_modules/@swc/core/index.js:309:29)',
      "bad.suite.ts:1:1: Expected ';', '}' or <eof>",
    ],
    [
      'foo is not defined',
      'ReferenceError: foo is not defined\n    at foo (/lab/ref.suite.ts:4:1)\n    at x (/lab/node_modules/y.js:1:1)',
      'ref.suite.ts:4:1: foo is not defined',
    ],
    ['boom', 'Error: boom\n    at /lab/boom.suite.ts:1:7', 'boom.suite.ts:1:7: boom'],
    [
      "Cannot find module './nowhere.ts' from 'imp.suite.ts'",
      'Error\n    at Resolver (/lab/node_modules/jest-resolve/build/index.js:1031:11)',
      "Cannot find module './nowhere.ts' from 'imp.suite.ts'",
    ],
  ])('says what is wrong and where: %s', (message, stack, told) => {
    expect(loadProblem({ message, stack })).toBe(told);
  });

  it('says what it can of what is no error', () => {
    expect(loadProblem('x')).toBe('"x"');
  });
});
