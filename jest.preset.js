const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const swc = JSON.parse(readFileSync(join(__dirname, '.swcrc'), 'utf8'));
delete swc.jsc.baseUrl;
delete swc.jsc.paths;
module.exports = {
  testEnvironment: 'node',
  testMatch: ['**/*.spec.ts'],
  // For a program that hangs, not for one that is slow: these tests start servers, on machines that may be busy.
  testTimeout: 60_000,
  setupFiles: [join(__dirname, 'tools/testing/property-seed.ts')],
  transform: { '^.+\\.[cm]?[tj]sx?$': ['@swc/jest', { ...swc, swcrc: false }] },
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs)/)'],
  moduleNameMapper: {
    '^@granary/([a-z-]+)/testing$': join(__dirname, 'libs/$1/src/testing/index.ts'),
    '^@granary/([a-z-]+)$': join(__dirname, 'libs/$1/src/index.ts'),
  },
};
