const preset = require('../../jest.preset.js');

const [pattern, [transformer, swc]] = Object.entries(preset.transform)[0];
const react = { ...swc.jsc.transform, react: { runtime: 'automatic' } };

module.exports = {
  ...preset,
  displayName: 'web',
  rootDir: __dirname,
  transform: { [pattern]: [transformer, { ...swc, jsc: { ...swc.jsc, transform: react } }] },
  moduleNameMapper: { ...preset.moduleNameMapper, '^@/(.*)$': '<rootDir>/$1' },
};
