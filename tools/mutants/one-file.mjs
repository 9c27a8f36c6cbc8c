// Tries the breakages of one file; run-group.mjs starts it. The report stays where the next run finds it.
import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { ROOT } from '../lib/paths.mjs';

const { room, path, specs, kept, sandbox, workers } = JSON.parse(process.argv[2]);

/** What the tests of a room may read. */
const NEEDED = ['libs', 'libs/**', 'tools', 'tools/testing', 'tools/testing/**', 'jest.preset.js', '.swcrc'];

await new Stryker({
  mutate: [path],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner', join(ROOT, 'tools/mutants/prose-ignorer.mjs')],
  ignorers: ['prose'],
  jest: {
    configFile: join(room, 'jest.config.js'),
    config: { testMatch: specs.map((spec) => `**/${room}/${spec}`) },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  concurrency: workers,
  // For a loop that never ends; a machine that is busy for a moment is not one.
  timeoutMS: 30_000,
  timeoutFactor: 4,
  dryRunTimeoutMinutes: 5,
  ignorePatterns: ['**', ...NEEDED.map((pattern) => `!${pattern}`)],
  tempDirName: sandbox,
  incremental: true,
  incrementalFile: kept,
  reporters: [],
  disableTypeChecks: false,
  checkers: [],
  allowEmpty: true,
}).runMutationTest();
