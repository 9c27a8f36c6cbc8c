import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { deflateSync } from 'node:zlib';
import { runGit } from '@granary/git-process/testing';
import { newObject, type NewObject } from '@granary/git-process';
import { formatPointer } from '@granary/wire';
import type { UserActor } from '../identity';
import { LfsCollectionService, LfsObjectsService } from '../lfs';
import { RefMovesService } from '../pushes';
import { RepositoriesService, Repository, RepositoryAccessService } from '../repositories';
import { type ForgeFixture, openForge } from './forge-fixture';

export const ZERO = '0'.repeat(40);
export const MAIN = 'refs/heads/main';
export const TOPIC = 'refs/heads/topic';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const WHO = 'a <a@x> 1700000000 +0000';

export interface Content {
  oid: string;
  sizeBytes: number;
  bytes: Buffer;
}

export type Pushed = Content & { commit: string };

/**
 * A forge whose clock can be put forward, and a repository with a default branch, new for whoever calls `begin`. What
 * refs shall name is written without git: starting it is what these specs wait for.
 */
export class LfsCollectionFixture {
  forge!: ForgeFixture;
  alice!: UserActor;
  repository!: Repository;
  path = '';
  private offsetMs = 0;
  private serial = 0;
  private tips = new Map<string, string>();
  readonly clock = { now: () => new Date(Date.now() + this.offsetMs) };

  async open(): Promise<void> {
    this.forge = await openForge({ clock: this.clock });
    this.alice = await this.forge.user('alice');
  }

  /** Today, and a repository with a first commit, whose branch is the default one: as good as protected. */
  async begin(): Promise<void> {
    this.offsetMs = 0;
    this.tips = new Map();
    const { id } = (this.repository = await this.create('data'));
    this.path = this.forge.get(RepositoriesService).storage.pathOf(id);
    const first = await this.writeCommit(await this.write('tree', Buffer.alloc(0)), { message: 'first' });
    await writeFile(join(this.path, MAIN), `${first}\n`);
    this.tips.set(MAIN, first);
    await this.query('INSERT INTO ref_tips (repository_id, ref, oid) VALUES ($1, $2, $3)', [id, MAIN, first]);
    await this.query('UPDATE repositories SET is_empty = false WHERE id = $1', [id]);
    this.repository = (await this.opened()).repository;
  }

  days(count: number): void {
    this.offsetMs += count * DAY_MS;
  }

  hours(count: number): void {
    this.offsetMs += count * HOUR_MS;
  }

  /** Back from wherever the clock was put. */
  today(): void {
    this.offsetMs = 0;
  }

  /** A number that nothing else in this forge has. */
  next(): number {
    return this.serial++;
  }

  get<T>(service: abstract new (...args: never[]) => T): T {
    return this.forge.get(service as unknown as new () => T);
  }

  async query<T>(sql: string, values: unknown[] = []): Promise<T[]> {
    return await this.forge.database.query<T[]>(sql, values);
  }

  create(name: string, owner = this.alice): Promise<Repository> {
    const input = { namespace: owner.name, name: `${name}${this.next()}`, visibility: 'private' as const };
    return this.get(RepositoriesService).create(owner, input);
  }

  async opened() {
    const opened = await this.get(RepositoryAccessService).byId(this.alice, this.repository.id);
    if (!opened) throw new Error('The owner cannot open the repository.');
    return opened;
  }

  async upload(into = this.repository, bytes: Buffer = randomBytes(1000)): Promise<Content> {
    const content = { oid: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length, bytes };
    await this.get(LfsObjectsService).upload(into, content, { stream: Readable.from([bytes]) });
    return content;
  }

  async git(...args: string[]): Promise<string> {
    return (await runGit(this.forge.git, { repositoryPath: this.path, args })).stdout.toString().trim();
  }

  /** A loose object. @returns its id. */
  async write(type: NewObject['type'], content: Buffer | string): Promise<string> {
    const bytes = Buffer.from(content);
    const { oid } = newObject('sha1', type, bytes);
    const file = join(this.path, 'objects', oid.slice(0, 2), oid.slice(2));
    if (existsSync(file)) return oid;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, deflateSync(Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes])));
    return oid;
  }

  /** A tree of entries in git's order, each a mode, a name and an id. */
  writeTree(entries: [mode: string, name: string, oid: string][]): Promise<string> {
    const bytes = entries.map(([mode, name, oid]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);
    return this.write('tree', Buffer.concat(bytes.flat()));
  }

  writeCommit(tree: string, { parents = [] as string[], message = `m${this.next()}` } = {}): Promise<string> {
    return this.write('commit', commitText(tree, { parents, message }));
  }

  /** A commit with this object's pointer, at `name` or in a folder. */
  async commit(content: Content, { name = 'data.bin' } = {}): Promise<string> {
    const pointer = await this.write('blob', formatPointer(content));
    const attributes = await this.write('blob', '* filter=lfs\n');
    const [file = '', folder] = name.split('/').reverse();
    const own: [string, string, string] = ['100644', file, pointer];
    const inner: typeof own = folder === undefined ? own : ['40000', folder, await this.writeTree([own])];
    return this.writeCommit(await this.writeTree([['100644', '.gitattributes', attributes], inner]));
  }

  /** Moves refs as the API does, `null` deletes. */
  async move(moves: Record<string, string | null>): Promise<void> {
    const commands = Object.entries(moves).map(([ref, newOid]) => ({
      ref,
      oldOid: this.tips.get(ref) ?? ZERO,
      newOid: newOid ?? ZERO,
    }));
    const opened = { repository: this.repository, role: 'admin' as const };
    await this.get(RefMovesService).move({ actor: this.alice, opened, commands });
    for (const [ref, newOid] of Object.entries(moves)) this.tips.set(ref, newOid ?? ZERO);
  }

  /** Objects, each of which a ref of the same push names. */
  async pushed(...pushes: (string | { ref: string; name: string })[]): Promise<Pushed[]> {
    const pushed: Pushed[] = [];
    const moves: Record<string, string> = {};
    for (const input of pushes) {
      const { ref, name } = typeof input === 'string' ? { ref: input, name: undefined } : input;
      const content = await this.upload();
      const commit = await this.commit(content, { name });
      moves[ref] = commit;
      pushed.push({ ...content, commit });
    }
    await this.move(moves);
    return pushed;
  }

  async pushedOne(input: string | { ref: string; name: string }): Promise<Pushed> {
    const [pushed] = await this.pushed(input);
    if (!pushed) throw new Error('Nothing was pushed.');
    return pushed;
  }

  collect(dryRun = false) {
    return this.get(LfsCollectionService).run(this.repository.id, { dryRun });
  }

  async oidsIn(table: 'lfs_links' | 'lfs_trash' | 'lfs_objects', repositoryId = this.repository.id): Promise<string[]> {
    const where = table === 'lfs_objects' ? '$1::integer IS NOT NULL' : 'repository_id = $1';
    const rows = await this.query<{ oid: string }>(`SELECT oid FROM ${table} WHERE ${where}`, [repositoryId]);
    return rows.map(({ oid }) => oid);
  }

  async isLinked({ oid }: Content): Promise<boolean> {
    return (await this.oidsIn('lfs_links')).includes(oid);
  }

  async isTrash({ oid }: Content): Promise<boolean> {
    return (await this.oidsIn('lfs_trash')).includes(oid);
  }

  async keysOf({ oid }: Content): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.forge.store.list('lfs/')) if (key.includes(oid)) keys.push(key);
    return keys;
  }
}

export function commitText(tree: string, { parents, message }: { parents: readonly string[]; message: string }) {
  const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${WHO}`, `committer ${WHO}`];
  return `${lines.join('\n')}\n\n${message}\n`;
}
