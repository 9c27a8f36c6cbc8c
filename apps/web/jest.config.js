const preset = require('../../jest.preset.js');

const [pattern, [transformer, swc]] = Object.entries(preset.transform)[0];
const react = { ...swc.jsc.transform, react: { runtime: 'automatic' } };

module.exports = {
  ...preset,
  displayName: 'web',
  rootDir: __dirname,
  transform: { [pattern]: [transformer, { ...swc, jsc: { ...swc.jsc, transform: react } }] },
  // The Markdown and highlighting packages are ES modules, dozens of them: what is CommonJS is the shorter list.
  transformIgnorePatterns: ['/node_modules/(react|react-dom|scheduler|next|highlight.js|zod|fast-check)/'],
  moduleNameMapper: { ...preset.moduleNameMapper, '^@/(.*)$': '<rootDir>/$1' },
};
