import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { authorizedKeysLine } from './authorized-keys';

const key = { fingerprint: 'SHA256:abc/def+ghi', type: 'ssh-ed25519', blob: 'AAAAC3NzaC1lZDI1NTE5' };

/** What sshd makes of the option (auth-options.c: only `\"` is special there). */
const commandOf = (line: string) =>
  /^command="((?:\\"|[^"])*)",restrict ssh-ed25519 AAAAC3NzaC1lZDI1NTE5\n$/.exec(line)?.[1];

it('is one restricted line', () => {
  const program = { node: '/usr/bin/node', script: '/opt/granary/main.js', socketPath: '/srv/data/gate.sock' };
  expect(authorizedKeysLine(key, program)).toBe(
    `command="exec '/usr/bin/node' '/opt/granary/main.js' 'run' '/srv/data/gate.sock' 'SHA256:abc/def+ghi'",restrict ssh-ed25519 AAAAC3NzaC1lZDI1NTE5\n`,
  );
});

it('hands every path to the program as it is, whatever characters are in it', () => {
  const path = fc.stringMatching(/^[ -~]{1,20}$/);
  fc.assert(
    fc.property(path, path, (script, socketPath) => {
      const command = commandOf(
        authorizedKeysLine(key, { node: '/usr/bin/printf', script: '%s\\0', socketPath: `${script}${socketPath}` }),
      );
      const words = execFileSync('/bin/sh', ['-c', (command ?? 'false').replaceAll('\\"', '"')]).toString();
      expect(words).toBe(`run\0${script}${socketPath}\0${key.fingerprint}\0`);
    }),
    { numRuns: 30 },
  );
});

it('refuses a path that would end the line', () => {
  const program = { node: '/usr/bin/node', script: '/opt/gra\nnary.js', socketPath: '/s' };
  expect(() => authorizedKeysLine(key, program)).toThrow('control character');
});
