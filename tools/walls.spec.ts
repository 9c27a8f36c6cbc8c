import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, scratch } from './testing/node-program';

const tool = (name: string, args: string[], options: { cwd: string; input?: string }) =>
  spawnSync(process.execPath, [join(ROOT, 'node_modules/.bin', name), ...args], {
    ...options,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false' },
  });

describe('ESLint, between the rooms', () => {
  // ESLint reads the project graph that Nx left behind, and skips the walls in silence when there is none.
  beforeAll(() => expect(tool('nx', ['show', 'projects'], { cwd: ROOT }).status).toBe(0));

  const lint = (file: string, source: string) =>
    tool('eslint', ['--stdin', '--stdin-filename', file], { cwd: ROOT, input: source });

  it.each([
    ['sideways', 'libs/wire/src/fixture.ts', '@granary/api-contract'],
    ['upward', 'libs/kernel/src/fixture.ts', '@granary/git-process'],
    ['into the server from the web', 'apps/web/lib/fixture.ts', '@granary/kernel'],
    ['the framework below floor 3', 'libs/git-process/src/fixture.ts', '@nestjs/common'],
    ['the database library below floor 3', 'libs/job-queue/src/fixture.ts', 'typeorm'],
  ])('refuses an import %s', (_direction, file, target) => {
    const { status, stdout } = lint(file, `export * from '${target}';\n`);
    expect(stdout).toContain('@nx/enforce-module-boundaries');
    expect(status).toBe(1);
  });

  it('allows an import downward', () => {
    expect(lint('libs/wire/src/fixture.ts', "export * from '@granary/kernel';\n")).toMatchObject({ status: 0 });
  });

  it('refuses to read the environment outside the config', () => {
    const { stdout } = lint('libs/kernel/src/fixture.ts', 'export const home = process.env.HOME;\n');
    expect(stdout).toContain('no-restricted-properties');
  });
});

describe('dependency-cruiser, inside forge', () => {
  /** Checks a forge of two files, the first of which imports the second. */
  function cruise(importer: string, imported: string, statement = 'import') {
    const cwd = scratch();
    const files = {
      [`libs/forge/src/${importer}.ts`]: `${statement} { value } from '${'../'.repeat(importer.split('/').length - 1)}${imported}';\nexport type Copy = typeof value;\n${statement === 'import' ? 'console.log(value);\n' : ''}`,
      [`libs/forge/src/${imported}.ts`]: 'export const value = 1;\n',
      'tsconfig.base.json': '{}',
    };
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), content);
    }
    return tool('depcruise', ['--config', join(ROOT, '.dependency-cruiser.cjs'), 'libs'], { cwd });
  }

  it.each([
    ['archives/a', 'pushes/b', 'forge-archives-meets-its-neighbours-through-events'],
    ['ci/a', 'webhooks/b', 'forge-ci-meets-its-neighbours-through-events'],
    ['identity/a', 'access/b', 'forge-identity-imports-downward'],
    ['database/a', 'work/b', 'forge-database-imports-downward'],
    ['lfs/a', 'browse/b', 'forge-lfs-imports-downward'],
    ['lfs/a', 'index', 'forge-folders-do-not-import-the-face'],
    ['misc/a', 'database/b', 'forge-folders-are-known'],
  ])('refuses %s → %s', (importer, imported, rule) => {
    const { status, stdout } = cruise(importer, imported);
    expect(stdout).toContain(rule);
    expect(status).not.toBe(0);
  });

  it('refuses an import of types alone as well', () => {
    expect(cruise('archives/a', 'pushes/b', 'import type').status).not.toBe(0);
  });

  it.each([
    ['access/a', 'identity/b'],
    ['pushes/a', 'lfs/b'],
    ['work/a', 'webhooks/b'],
    ['lfs/a', 'lfs/b'],
  ])('allows %s → %s', (importer, imported) => {
    expect(cruise(importer, imported)).toMatchObject({ status: 0 });
  });
});
