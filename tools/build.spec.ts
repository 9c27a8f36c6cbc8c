import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lib, runProgram, scratch } from './testing/node-program';

const root = scratch();

function write(path: string, text = 'export {};\n'): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function fingerprint(): Promise<string> {
  const { code, output } = await runProgram(
    `import { fingerprintOf } from ${lib('build.mjs')};
     console.log(fingerprintOf(['apps/api/src', 'libs', 'package-lock.json'], ${JSON.stringify(root)}));`,
  );
  expect([code, output]).toEqual([0, expect.stringMatching(/^[0-9a-f]{64}\n$/)]);
  return output;
}

beforeAll(() => {
  write('apps/api/src/main.ts');
  write('libs/wire/src/git/pack.ts');
  write('package-lock.json', '{}');
});

it.each<[string, () => void]>([
  ['a source that is written', () => write('libs/wire/src/git/pack.ts', 'export const a = 1;\n')],
  ['a source that is written again with as many bytes', () => utimesSync(join(root, 'apps/api/src/main.ts'), 1, 1)],
  ['a source that appears', () => write('libs/wire/src/git/new.ts')],
  ['a source that vanishes', () => rmSync(join(root, 'libs/wire/src/git/new.ts'))],
  ['another lock file', () => write('package-lock.json', '{ }')],
])('builds anew after %s', async (_what, change) => {
  const before = await fingerprint();
  change();
  expect(await fingerprint()).not.toBe(before);
});

it.each([
  'libs/wire/src/git/pack.spec.ts',
  'libs/wire/node_modules/x/index.js',
  'apps/web/app/page.tsx',
  'apps/api/src/dist/a.js',
])('does not for %s', async (path) => {
  const before = await fingerprint();
  write(path);
  expect(await fingerprint()).toBe(before);
});
