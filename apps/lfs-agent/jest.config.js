module.exports = { ...require('../../jest.preset.js'), displayName: 'lfs-agent', rootDir: __dirname };
