module.exports = { ...require('../../jest.preset.js'), displayName: 'suites', rootDir: __dirname };
