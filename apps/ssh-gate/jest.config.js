module.exports = { ...require('../../jest.preset.js'), displayName: 'ssh-gate', rootDir: __dirname };
