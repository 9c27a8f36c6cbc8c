module.exports = { ...require('../../jest.preset.js'), displayName: 'job-queue', rootDir: __dirname };
