import { parseRefName, type RefRecord } from '@granary/wire';
import { lookUpObjects } from '../cat-file/look-up-objects';
import type { ObjectInfo } from '../cat-file/object-name';
import type { GitRepository } from '../repository/git-repository';
import { readHeadRef } from '../repository/inspect-storage';
import { readHead } from '../repository/repository';
import { knownOfRefs } from '../snapshot/known-of';
import { countRefs, listRefRecords } from './ref-records';

export interface RefEntry {
  /** `main`. */
  name: string;
  /** `refs/heads/main`. */
  fullName: string;
  kind: 'branch' | 'tag';
  /** The object, behind however many tags. */
  sha: string;
  /** Of a branch always a commit. */
  type: 'commit' | 'tree' | 'blob';
  /** The tag object of an annotated tag; null for all else. */
  tagOid: string | null;
}

export interface RefLists {
  /** By name, the default branch first. */
  branches: RefEntry[];
  /** The highest version first, those of trees and files among them. */
  tags: RefEntry[];
  branchCount: number;
  tagCount: number;
  /** Where HEAD points; its `sha` is null while that branch does not exist. Null when HEAD is detached. */
  defaultBranch: { name: string; sha: string | null } | null;
}

const MAX_KEPT_REFS = 1_000;

/**
 * The branches and tags of a repository, at most `limit` of each; the counts are whole.
 *
 * @see git-for-each-ref(1).
 */
export function readRefLists(repository: GitRepository, { limit }: { limit: number }): Promise<RefLists> {
  const read = () => readRefs(repository, { limit });
  // Whoever asks for tens of thousands looks through them once.
  if (limit > MAX_KEPT_REFS) return read();
  return knownOfRefs(repository, ['refs', limit], read, ({ branches, tags }) => 1 + branches.length + tags.length);
}

async function readRefs(repository: GitRepository, { limit }: { limit: number }): Promise<RefLists> {
  const headRef = await readHeadRef(repository.path);
  const { branches, tags } = (await listBoth(repository, limit)) ?? (await listEach(repository, limit));
  const listed = branches.entries.find(({ fullName }) => fullName === headRef);
  const head = listed ? { ref: headRef, oid: listed.sha } : await readHead(repository.home, repository.path);
  const name = head.ref ? parseRefName(head.ref)?.name : undefined;
  const defaultBranch = name === undefined ? null : { name, sha: head.oid };
  return {
    branches: withFirst(branches.entries, defaultBranch, limit),
    tags: tags.entries,
    branchCount: branches.count,
    tagCount: tags.count,
    defaultBranch,
  };
}

interface Listed {
  entries: RefEntry[];
  count: number;
}

/** In one process; null where there are more than `limit` of both together. */
async function listBoth(repository: GitRepository, limit: number): Promise<{ branches: Listed; tags: Listed } | null> {
  const patterns = ['refs/heads/', 'refs/tags/'];
  const records = await listRefRecords(repository, { patterns, sort: 'versions', limit: limit + 1 });
  if (records.length > limit) return null;
  const entries = await withCommits(repository, records);
  const branches = entries.filter(({ kind }) => kind === 'branch').sort(byName);
  const tags = entries.filter(({ kind }) => kind === 'tag');
  const branchCount = records.filter(({ fullName }) => fullName.startsWith('refs/heads/')).length;
  return {
    branches: { entries: branches, count: branchCount },
    tags: { entries: tags, count: records.length - branchCount },
  };
}

/** As git orders them: by the bytes of the name. */
const byName = (one: RefEntry, other: RefEntry) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name));

async function listEach(repository: GitRepository, limit: number): Promise<{ branches: Listed; tags: Listed }> {
  const [branches, tags] = await Promise.all([
    listKind(repository, { prefix: 'refs/heads/', sort: 'name', limit }),
    listKind(repository, { prefix: 'refs/tags/', sort: 'versions', limit }),
  ]);
  return { branches, tags };
}

interface Kind {
  prefix: string;
  sort: 'name' | 'versions';
  limit: number;
}

async function listKind(repository: GitRepository, kind: Kind): Promise<Listed> {
  const { prefix, sort, limit } = kind;
  const records = await listRefRecords(repository, { patterns: [prefix], sort, limit });
  // Counting all is cheap, because no object is opened; but most repositories fit, and need no counting.
  const count = records.length < limit ? records.length : await countRefs(repository, prefix);
  return { entries: await withCommits(repository, records), count };
}

async function withCommits(repository: GitRepository, records: RefRecord[]): Promise<RefEntry[]> {
  // A tag of a tag shows only the inner one (git before 2.45): those few are followed to the end.
  const nested = records.filter((record) => record.target?.type === 'tag');
  const names = nested.map((record) => `${record.oid}^{}`);
  const found = await lookUpObjects(repository, names);
  const peeled = new Map(nested.map((record, index) => [record, found[index] ?? undefined]));
  return records.flatMap((record) => {
    const short = parseRefName(record.fullName);
    const object = directObject(record) ?? peeled.get(record);
    const tagOid = record.type === 'tag' ? record.oid : null;
    if (!short || !object || object.type === 'tag') return [];
    return [{ ...short, fullName: record.fullName, sha: object.oid, type: object.type, tagOid }];
  });
}

function directObject({ oid, type, target }: RefRecord): Pick<ObjectInfo, 'oid' | 'type'> | null {
  if (type !== 'tag') return { oid, type };
  return target && target.type !== 'tag' ? target : null;
}

/** `branches` with the default branch in front, even when it lies beyond the limit. */
function withFirst(branches: RefEntry[], head: RefLists['defaultBranch'], limit: number): RefEntry[] {
  if (!head?.sha) return branches;
  const { name, sha } = head;
  const first: RefEntry = { name, fullName: `refs/heads/${name}`, kind: 'branch', sha, type: 'commit', tagOid: null };
  return [first, ...branches.filter((branch) => branch.name !== name)].slice(0, limit);
}
