module.exports = { ...require('../../jest.preset.js'), displayName: 'gate-protocol', rootDir: __dirname };
