import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ORDER, TABLES } from '../tools/lib/forge-folders.cjs';
import { startDatabase, type TestDatabase } from '../libs/forge/src/events/testing/database';
import { findingsIn, type Finding } from './testing/sql-in-source';
import { ROOT } from './testing/node-program';

const FORGE = 'libs/forge/src/';
const FLOORS = [...ORDER, ['runtime']];
const names = Object.keys(TABLES);

/** The place of SQL: a folder of forge, another library, or an app. */
function placeOf(file: string): string {
  if (file.startsWith('apps/')) return file.split('/').slice(0, 2).join('/');
  const [folder = ''] = file.slice(FORGE.length).split('/');
  if (file.startsWith(FORGE)) return folder.endsWith('.ts') ? 'composition' : folder;
  return file.split('/')[1] ?? file;
}

const floorOf = (place: string): number => FLOORS.findIndex((floor) => floor.includes(place));

/** Why the SQL may not stand there; null where it may. */
function faultOf({ file, line, what }: Finding): string | null {
  const at = `${file}:${line}`;
  if (what.kind === 'cast') return `${at} casts what a query answers: name the type of its rows, query<Row[]>(…)`;
  const place = placeOf(file);
  if (place.startsWith('apps/')) return `${at}: apps hold no SQL`;
  if (what.kind === 'sql') return null;
  const { owner, readers = [] } = TABLES[what.name] ?? {};
  if (place === owner || readers.includes(place)) return null;
  return `${at}: ${place} names ${what.name}, which ${owner} owns (tools/lib/forge-folders.cjs)`;
}

const faultsOf = (file: string, source: string) =>
  findingsIn({ file, source, tables: names }).flatMap((finding) => faultOf(finding) ?? []);

function sources(): string[] {
  return ['libs', 'apps'].flatMap((root) =>
    readdirSync(join(ROOT, root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.spec\.tsx?$/.test(entry.name))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
      .filter((file) => !/(^|\/)(node_modules|testing|migrations|\.next)\//.test(file)),
  );
}

describe('the list', () => {
  let server: TestDatabase;
  beforeAll(async () => void (server = await startDatabase()));
  afterAll(() => server.stop());

  it('has every table and view of the database, and nothing else', async () => {
    const rows = await server.database.query<{ name: string }[]>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    // TypeORM's own.
    const found = rows.map(({ name }) => name).filter((name) => name !== 'migrations');
    expect(found.sort()).toEqual([...names].sort());
  });
});

it('each table is named by its owner, and by those above that may', () => {
  expect(sources().flatMap((file) => faultsOf(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

it('nobody below its owner may name a table', () => {
  for (const [table, { owner, readers = [] }] of Object.entries(TABLES)) {
    expect({ table, isKnown: floorOf(owner) >= 0 }).toEqual({ table, isKnown: true });
    const below = readers.filter((reader) => floorOf(reader) <= floorOf(owner));
    expect({ table, below }).toEqual({ table, below: [] });
  }
});

it('an entity lies where its table belongs, so that imports hold what SQL holds', () => {
  const entities = sources().filter((file) => file.endsWith('.entity.ts'));
  for (const file of entities) {
    const [, table = ''] = /@Entity\('(\w+)'\)/.exec(readFileSync(join(ROOT, file), 'utf8')) ?? [];
    expect({ file, owner: TABLES[table]?.owner }).toEqual({ file, owner: placeOf(file) });
  }
  expect(entities.length).toBeGreaterThan(8);
});

describe('what it finds', () => {
  it.each([
    ['a table of a folder above', 'libs/forge/src/quotas/a.ts', 'q.query(`SELECT 1 FROM pushes p`)'],
    ['one behind another', 'libs/forge/src/audit/a.ts', "q.query('SELECT 1 FROM audit_entries, lfs_links')"],
    ['one around a hole', 'libs/forge/src/audit/a.ts', 'const S = `${head} LEFT JOIN repositories r ON ${on}`;'],
    ['a builder', 'libs/forge/src/identity/a.ts', "b.innerJoin('lfs_links', 'l', 'l.oid = 1')"],
    ['SQL in an app', 'apps/api/src/a.ts', "q.query('SELECT 1')"],
    ['a cast', 'libs/forge/src/work/a.ts', "(await q.query('SELECT 1')) as Row[]"],
    ['a promise that is cast', 'libs/forge/src/work/a.ts', "q.query('SELECT 1') as Promise<Row[]>"],
  ])('%s', (_what, file, source) => expect(faultsOf(file, source)).toHaveLength(1));

  it.each([
    ['text that speaks of tables', 'libs/forge/src/audit/a.ts', "fail('The repositories of users are gone.')"],
    [
      'a column of that name',
      'libs/forge/src/audit/a.ts',
      'q.query(`SELECT a.archives, 1 AS users FROM audit_entries a`)',
    ],
    ['what its owner asks', 'libs/forge/src/ref-log/a.ts', 'q.query<Row[]>(`UPDATE pushes SET state = 1`)'],
    ['a word of an app', 'apps/api/src/a.ts', "text('Update the key FROM here')"],
  ])('not %s', (_what, file, source) => expect(faultsOf(file, source)).toEqual([]));
});
