module.exports = {
  ...require('../../jest.preset.js'),
  displayName: 'forge',
  rootDir: __dirname,
  // The longest of all, and it waits more than it computes; Jest would leave the second of two processors idle.
  maxWorkers: 2,
};
