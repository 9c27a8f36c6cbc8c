import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODULE = join(__dirname, 'lib/env-file.mjs');
let root: string;

beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'granary-env-'))));
afterEach(() => rmSync(root, { recursive: true }));

/** In a Node of its own: Jest loads no ES modules here. */
function read(env: Record<string, string>): Record<string, string> | string {
  const program = `import { withEnvFile } from ${JSON.stringify(MODULE)};
    try { console.log(JSON.stringify(withEnvFile(${JSON.stringify(env)}, ${JSON.stringify(root)}))) }
    catch (error) { console.log(JSON.stringify(error.message)) }`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  return JSON.parse(stdout) as Record<string, string> | string;
}

it('adds granary.env of the clone, and lets the environment win', () => {
  writeFileSync(join(root, 'granary.env'), '# ours\nGRANARY_PORT=3001\nGRANARY_HOST="0.0.0.0"\nREDIS_URL=redis://r\n');
  expect(read({ GRANARY_PORT: '4000', REDIS_URL: '' })).toEqual({
    GRANARY_PORT: '4000',
    GRANARY_HOST: '0.0.0.0',
    REDIS_URL: 'redis://r',
  });
});

it('needs no such file', () => {
  expect(read({ GRANARY_PORT: '4000' })).toEqual({ GRANARY_PORT: '4000' });
});

it('reads the file that GRANARY_ENV_FILE names instead, and refuses one that is not there', () => {
  writeFileSync(join(root, 'granary.env'), 'GRANARY_PORT=3001\n');
  const named = join(root, 'other.env');
  expect(read({ GRANARY_ENV_FILE: named })).toBe(
    `granary: GRANARY_ENV_FILE names ${named}, which cannot be read: ENOENT`,
  );
  writeFileSync(named, 'GRANARY_SSH_PORT=0\n');
  expect(read({ GRANARY_ENV_FILE: named })).toEqual({ GRANARY_ENV_FILE: named, GRANARY_SSH_PORT: '0' });
});
