import { availableParallelism } from 'node:os';

/** Unit, vector and meta tests: .ts through swc, ES modules, no type check here (tsc does that). */
export default {
  rootDir: '..',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testEnvironment: 'node',
  // One more than cores: tests with a guest keep one busy half of the time, and wait the other half.
  maxWorkers: availableParallelism() + 1,
  // A net only, for what would never end: tests in virtual time take milliseconds, those that start processes a few seconds,
  // with a guest up to two minutes; all of them several times that on a machine that is busy with others.
  testTimeout: 600_000,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  extensionsToTreatAsEsm: ['.ts'],
  setupFiles: ['<rootDir>/test/support/realm.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  reporters: ['default', ['jest-junit', { outputDirectory: 'reports', outputName: 'selftest.xml' }]],
};
