// Octokit and what it stands on are published as ES modules only.
const ESM =
  '@nestjs|@octokit|universal-user-agent|before-after-hook|fast-content-type-parse|json-with-bigint|content-type';
module.exports = {
  ...require('../../jest.preset.js'),
  displayName: 'e2e',
  rootDir: __dirname,
  // They wait more than they compute: four keep two processors busy.
  maxWorkers: 4,
  testTimeout: 120_000,
  transformIgnorePatterns: [`/node_modules/(?!(${ESM})/)`],
};
