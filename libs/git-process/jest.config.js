module.exports = { ...require('../../jest.preset.js'), displayName: 'git-process', rootDir: __dirname };
