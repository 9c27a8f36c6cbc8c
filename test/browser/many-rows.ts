import { join } from 'node:path';
import { findRunningPostgres } from '@granary/embedded-postgres';
import { Client } from 'pg';
import type { Page } from 'playwright-core';
import type { Hub } from '../support';

const FILL = [
  `INSERT INTO access_tokens (user_id, name, token_hash, token_prefix, scopes)
   SELECT o.owner_user_id, 'many-' || n, sha256(('many' || n)::bytea), 'gry_pat_many', '{repo:read}'
     FROM namespaces o, generate_series(1, 1000) n WHERE o.name = $1`,
  `INSERT INTO repositories (namespace_id, name, name_folded, visibility)
   SELECT o.id, 'many-' || n, 'many-' || n, 'public' FROM namespaces o, generate_series(1, 5000) n WHERE o.name = $1`,
  `WITH people AS (INSERT INTO users (name, email)
     SELECT 'many-' || n, 'many-' || n || '@example.com' FROM generate_series(1, 300) n, namespaces o WHERE o.name = $1
     RETURNING id, name), places AS (INSERT INTO namespaces (name, name_folded, kind, owner_user_id)
     SELECT name, name, 'user', id FROM people)
   INSERT INTO collaborators (repository_id, user_id, role)
   SELECT r.id, people.id, 'read' FROM people, repositories r WHERE r.name = 'harvest'`,
];

async function query(hub: Hub, statements: string[], parameters: string[] = []): Promise<void> {
  const postgres = await findRunningPostgres({ dir: join(hub.dataDir, 'postgres') });
  if (!postgres) throw new Error('the hub has no Postgres');
  const client = new Client(postgres);
  await client.connect();
  for (const sql of statements) await client.query(sql, parameters);
  await client.end();
}

/** Straight into the database: 1,000 tokens and 5,000 repositories of a user, 300 people invited to `harvest`. */
export const fillLists = (hub: Hub, owner: string): Promise<void> => query(hub, FILL, [owner]);

/** What happens while the hub's database is broken: a table that pages need is not there. */
export async function withoutTable(hub: Hub, table: string, work: () => Promise<void>): Promise<void> {
  await query(hub, [`ALTER TABLE ${table} RENAME TO ${table}_away`]);
  try {
    await work();
  } finally {
    await query(hub, [`ALTER TABLE ${table}_away RENAME TO ${table}`]);
  }
}

/** Follows the links to further pages of a list. @returns the names of its rows, and the size of its largest page. */
export async function walkList(page: Page, first: string): Promise<{ names: string[]; largestBytes: number }> {
  const names: string[] = [];
  let largestBytes = 0;
  for (let path: string | undefined = first; path !== undefined;) {
    const html: string = await (await page.request.get(path)).text();
    largestBytes = Math.max(largestBytes, Buffer.byteLength(html));
    const shown = html.replace(/<script.*?<\/script>/gs, '');
    const rows = /<ul aria-label="(?:Your tokens|Repositories|Collaborators)".*?<\/ul>/s.exec(shown)?.[0] ?? '';
    names.push(...rows.split('<li').flatMap((row) => /many-\d+/.exec(row)?.[0] ?? []));
    const link = /<a[^>]*rel="next"[^>]*>/.exec(shown)?.[0];
    path = link && /href="([^"]*)"/.exec(link)?.[1]?.replaceAll('&amp;', '&');
  }
  return { names, largestBytes };
}
