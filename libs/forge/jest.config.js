module.exports = {
  ...require('../../jest.preset.js'),
  displayName: 'forge',
  rootDir: __dirname,
  globalSetup: '../../tools/testing/spec-postgres.cjs',
  globalTeardown: '../../tools/testing/spec-postgres-end.cjs',
};
