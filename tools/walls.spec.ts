import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, runProgram, scratch } from './testing/node-program';

const tool = (name: string, args: string[], options: { cwd: string }) =>
  spawnSync(process.execPath, [join(ROOT, 'node_modules/.bin', name), ...args], {
    ...options,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false' },
  });

describe('ESLint, between the rooms', () => {
  // ESLint reads the project graph that Nx left behind, and skips the walls in silence when there is none.
  beforeAll(() => expect(tool('nx', ['show', 'projects'], { cwd: ROOT }).status).toBe(0));

  /** One process for all, which loads every rule once. @returns the rules that each file breaks. */
  async function lint(sources: readonly (readonly [file: string, source: string])[]): Promise<string[][]> {
    const { code, output } = await runProgram(`
      import { ESLint } from 'eslint';
      const eslint = new ESLint({ cwd: ${JSON.stringify(ROOT)} });
      const results = [];
      for (const [filePath, source] of ${JSON.stringify(sources)})
        results.push((await eslint.lintText(source, { filePath })).flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId)));
      console.log('RESULT ' + JSON.stringify(results));
    `);
    expect({ code, output }).toMatchObject({ code: 0 });
    return JSON.parse(output.split('RESULT ')[1] as string) as string[][];
  }

  const FORBIDDEN = [
    ['sideways', 'libs/wire/src/fixture.ts', '@granary/api-contract'],
    ['upward', 'libs/kernel/src/fixture.ts', '@granary/git-process'],
    ['into the server from the web', 'apps/web/lib/fixture.ts', '@granary/kernel'],
    ['the framework below floor 3', 'libs/git-process/src/fixture.ts', '@nestjs/common'],
    ['the database library below floor 3', 'libs/job-queue/src/fixture.ts', 'typeorm'],
  ] as const;

  it('refuses what crosses a wall, and nothing else', async () => {
    const broken = await lint([
      ...FORBIDDEN.map(([, file, target]) => [file, `export * from '${target}';\n`] as const),
      ['libs/kernel/src/fixture.ts', 'export const home = process.env.HOME;\n'],
      ['libs/wire/src/fixture.ts', "export * from '@granary/kernel';\n"],
    ]);
    FORBIDDEN.forEach(([direction], index) =>
      expect({ direction, rules: broken[index] }).toEqual({
        direction,
        rules: expect.arrayContaining(['@nx/enforce-module-boundaries']),
      }),
    );
    expect(broken[FORBIDDEN.length]).toContain('no-restricted-properties');
    expect(broken[FORBIDDEN.length + 1]).toEqual([]);
  });
});

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}

/** @returns what the files of a tree break. */
function violationsIn(files: ReadonlyMap<string, string>): Violation[] {
  const cwd = scratch();
  for (const [path, content] of [['tsconfig.base.json', '{}'] as const, ...files]) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), content);
  }
  const config = join(ROOT, '.dependency-cruiser.mjs');
  const roots = [...new Set([...files.keys()].map((path) => path.split('/')[0] ?? ''))];
  const { stdout } = tool('depcruise', ['--config', config, '--output-type', 'json', ...roots], { cwd });
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

describe('dependency-cruiser, inside forge', () => {
  /** Checks a forge in which each first file imports the second, all at once. @returns the rule that each breaks. */
  function cruise(imports: readonly { importer: string; imported: string; statement?: string }[]): (string | null)[] {
    const files = new Map<string, string>();
    const fileOf = (path: string): string => `libs/forge/src/${path}.ts`;
    for (const { importer, imported, statement = 'import' } of imports) {
      const up = '../'.repeat(importer.split('/').length - 1);
      const use = statement === 'import' ? 'console.log(value);\n' : '';
      files.set(fileOf(imported), 'export const value = 1;\n');
      files.set(
        fileOf(importer),
        `${statement} { value } from '${up}${imported}';\nexport type Copy = typeof value;\n${use}`,
      );
    }
    const violations = violationsIn(files);
    return imports.map(({ importer, imported }) => {
      const broken = violations.find(({ from, to }) => from === fileOf(importer) && to === fileOf(imported));
      return broken?.rule.name ?? null;
    });
  }

  it('refuses each import that goes the wrong way, of types alone as well', () => {
    const refused = [
      ['archives/a', 'pushes/b', 'forge-archives-meets-its-neighbours-through-events'],
      ['ci/c', 'webhooks/d', 'forge-ci-meets-its-neighbours-through-events'],
      ['identity/e', 'access/f', 'forge-identity-imports-downward'],
      ['database/g', 'work/h', 'forge-database-imports-downward'],
      ['lfs/i', 'browse/j', 'forge-lfs-imports-downward'],
      ['lfs/k', 'index', 'forge-folders-do-not-import-the-face'],
      ['misc/l', 'database/m', 'forge-folders-are-known'],
    ] as const;
    const rules = cruise([
      ...refused.map(([importer, imported]) => ({ importer, imported })),
      { importer: 'archives/n', imported: 'pushes/o', statement: 'import type' },
    ]);
    expect(rules).toEqual([...refused.map(([, , rule]) => rule), refused[0][2]]);
  });

  it('allows what goes downward, and to what happens to a push', () => {
    const allowed = [
      ['access/a', 'identity/b'],
      ['pushes/c', 'lfs/d'],
      ['work/e', 'webhooks/f'],
      ['lfs/g', 'lfs/h'],
    ] as const;
    expect(cruise(allowed.map(([importer, imported]) => ({ importer, imported })))).toEqual(allowed.map(() => null));
  });
});

describe('dependency-cruiser, around what a start installs', () => {
  it('refuses a tool of the tests in what a hub runs, and no type of one', () => {
    const tool = 'node_modules/only-for-tests';
    const violations = violationsIn(
      new Map([
        ['package.json', JSON.stringify({ devDependencies: { 'only-for-tests': '1.0.0' } })],
        [`${tool}/package.json`, JSON.stringify({ name: 'only-for-tests', version: '1.0.0', main: 'index.js' })],
        [`${tool}/index.js`, 'exports.value = 1;\n'],
        ['apps/api/src/a.ts', `import { value } from 'only-for-tests';\nconsole.log(value);\n`],
        ['apps/api/src/b.ts', `import type { value } from 'only-for-tests';\nexport type Copy = typeof value;\n`],
        ['apps/api/src/testing/c.ts', `import { value } from 'only-for-tests';\nconsole.log(value);\n`],
      ]),
    );
    expect(violations.map(({ from, rule }) => [from, rule.name])).toEqual([
      ['apps/api/src/a.ts', 'a-start-installs-no-test-tools'],
    ]);
  });
});

describe('dependency-cruiser, around git', () => {
  const LIBRARY = 'libs/git-process/src';

  it('keeps argument vectors of git, and every way to start it, inside its library', () => {
    const value = 'export const value = 1;\n';
    const use = (from: string) => `import { value } from '${from}';\nconsole.log(value);\n`;
    const start = "import { spawn } from 'node:child_process';\nspawn('git', ['gc']);\n";
    const broken = violationsIn(
      new Map([
        [`${LIBRARY}/process/run-git.ts`, value],
        [`${LIBRARY}/process/git-failed.ts`, value],
        [`${LIBRARY}/trees/list-tree.ts`, use('../process/run-git')],
        [`${LIBRARY}/index.ts`, `${use('./process/run-git')}export * from './process/git-failed';\n`],
        [`${LIBRARY}/testing/index.ts`, "export * from '../process/run-git';\n"],
        ['libs/forge/src/browse/testing/made.ts', use('../../../../git-process/src/testing/index')],
        ['libs/forge/src/browse/raw.ts', use('../../../git-process/src/testing/index')],
        ['libs/forge/src/browse/named.ts', use('@granary/git-process/testing')],
        ['libs/forge/src/pushes/started.ts', start],
        ['libs/object-store/src/started.ts', start],
        ['apps/api/src/http/started.ts', start],
        ['apps/lfs-agent/src/lfs-agent.ts', start],
      ]),
    );
    expect(broken.map(({ from, rule }) => [from, rule.name]).sort()).toEqual([
      ['apps/api/src/http/started.ts', 'programs-are-started-by-drivers'],
      ['libs/forge/src/browse/named.ts', 'testing-entries-are-for-specs'],
      ['libs/forge/src/browse/raw.ts', 'testing-entries-are-for-specs'],
      ['libs/forge/src/pushes/started.ts', 'programs-are-started-by-drivers'],
      [`${LIBRARY}/index.ts`, 'git-is-spoken-in-its-library'],
    ]);
  });
});
