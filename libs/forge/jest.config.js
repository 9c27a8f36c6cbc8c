module.exports = { ...require('../../jest.preset.js'), displayName: 'forge', rootDir: __dirname };
