/* global require, module */
/* eslint-disable @typescript-eslint/no-require-imports -- Jest loads it as CommonJS */
const { once } = require('node:events');

module.exports = async () => {
  const server = globalThis.granarySpecPostgres;
  server.stdin.end();
  await once(server, 'exit');
};
