module.exports = { ...require('../../jest.preset.js'), displayName: 'archive-format', rootDir: __dirname };
