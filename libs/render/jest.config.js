module.exports = {
  ...require('../../jest.preset.js'),
  displayName: 'render',
  rootDir: __dirname,
  // The Markdown and highlighting packages are ES modules, dozens of them: what is CommonJS is the shorter list.
  transformIgnorePatterns: ['/node_modules/(highlight.js|zod|fast-check|piscina)/'],
};
