module.exports = {
  ...require('../../jest.preset.js'),
  displayName: 'browser',
  rootDir: __dirname,
  // They wait more than they compute; Jest would leave the second of two processors idle.
  maxWorkers: 2,
  testTimeout: 120_000,
};
