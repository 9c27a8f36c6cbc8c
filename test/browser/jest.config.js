module.exports = {
  ...require('../../jest.preset.js'),
  displayName: 'browser',
  rootDir: __dirname,
  // They wait more than they compute; three keep two processors busy.
  maxWorkers: 3,
  testTimeout: 120_000,
};
