module.exports = {
  ...require('../../jest.preset.js'),
  displayName: 'git-process',
  rootDir: __dirname,
  // Real clients on a busy machine, and refs that are synced one by one.
  testTimeout: 120_000,
};
