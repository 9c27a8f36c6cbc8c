import { parseRefName, type RefRecord } from '@granary/wire';
import type { GitRepository } from '../repository/git-repository';
import { listRefRecords } from '../refs/ref-records';
import { readHeadRef } from '../repository/inspect-storage';
import { readHead, type Head } from '../repository/repository';
import { lookUpObjects } from '../cat-file/look-up-objects';
import { nameCandidates, type NameCandidate } from './name-candidates';

/** What a name stands for. */
export interface NamedRef {
  kind: 'branch' | 'tag' | 'commit';
  /** The short name of a branch or a tag; the whole id of a commit. */
  ref: string;
  /** The object, behind however many tags. */
  oid: string;
  type: 'commit' | 'tree' | 'blob';
}

export interface ResolvedName extends NamedRef {
  /** What follows the name: `''`, or a path as it is written. */
  rest: string;
  /** The tag of the same name that an unqualified name does not reach, because a branch goes first. */
  hiddenTag: NamedRef | null;
}

/** A ref and a path behind it, which Git takes at any length; no address brings more. */
const MAX_LENGTH = 40_000;
const FULL_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const ABBREVIATED_ID = /^[0-9a-f]{7,63}$/;

/**
 * What the whole of `name` stands for, by the one rule that holds on every surface (docs/ref-names.md): `HEAD` is the
 * default branch; an id of 40 or 64 digits is a commit; `refs/…` is that ref; else a branch, else a tag, else a commit by
 * at least seven digits.
 *
 * @returns null when it stands for nothing.
 */
export function resolveName(source: GitRepository, name: string): Promise<ResolvedName | null> {
  return resolve(source, name, true);
}

/** As {@link resolveName} for `<name>[/<path>]`: of the names that fit, the longest. */
export function resolvePlace(source: GitRepository, text: string): Promise<ResolvedName | null> {
  return resolve(source, text, false);
}

/** The default branch; a commit where HEAD is detached; null while there is no such commit. */
export async function resolveDefault(source: GitRepository): Promise<NamedRef | null> {
  const { ref, oid } = await headOf(source);
  if (oid === null) return null;
  const branch = ref === null ? null : parseRefName(ref);
  return branch ? { kind: branch.kind, ref: branch.name, oid, type: 'commit' } : commit(oid);
}

async function resolve(source: GitRepository, text: string, isWhole: boolean): Promise<ResolvedName | null> {
  if (text.length > MAX_LENGTH || text.includes('\0')) return null;
  const slash = text.indexOf('/');
  const first = slash === -1 ? text : text.slice(0, slash);
  const rest = slash === -1 ? '' : text.slice(slash + 1);
  const mayBeFirst = !isWhole || slash === -1;
  const alone = (found: NamedRef | null) => found && { ...found, rest, hiddenTag: null };
  if (first === 'HEAD') return mayBeFirst ? alone(await resolveDefault(source)) : null;
  const byId = mayBeFirst && FULL_ID.test(first) ? await commitBehind(source, first) : null;
  if (byId) return alone(commit(byId));
  const byName = await findRef(source, nameCandidates(text, { isWhole }));
  if (byName || !mayBeFirst || !ABBREVIATED_ID.test(first)) return byName;
  const found = await commitBehind(source, first);
  // Git would also take the digits for the name of a ref; only an id is meant here.
  return found?.startsWith(first) ? alone(commit(found)) : null;
}

const commit = (oid: string): NamedRef => ({ kind: 'commit', ref: oid, oid, type: 'commit' });

/** What is missing or broken is left to git, which knows one from the other. */
async function headOf({ home, path, objects }: GitRepository): Promise<Head> {
  const ref = objects && (await readHeadRef(path));
  const commit = ref ? await objects.info('HEAD') : null;
  return ref && commit?.type === 'commit' ? { ref, oid: commit.oid } : readHead(home, path);
}

async function commitBehind(source: GitRepository, id: string): Promise<string | null> {
  const known = FULL_ID.test(id) ? await source.objects?.info(`${id}^{commit}`) : undefined;
  if (known) return known.oid;
  const [found] = await lookUpObjects(source, [`${id}^{commit}`]);
  return found?.oid ?? null;
}

async function findRef(source: GitRepository, candidates: readonly NameCandidate[]): Promise<ResolvedName | null> {
  if (candidates.length === 0) return null;
  const records = await recordsOf(source, [...new Set(candidates.map(({ fullName }) => fullName))]);
  const found = candidates.find(({ fullName }) => records.has(fullName));
  if (!found) return null;
  const named = await namedBy(source, found, records);
  if (!named) return null;
  const hidden =
    found.kind === 'branch'
      ? candidates.find(({ kind, ref, fullName }) => kind === 'tag' && ref === found.ref && records.has(fullName))
      : undefined;
  return { ...named, rest: found.rest, hiddenTag: hidden ? await namedBy(source, hidden, records) : null };
}

/** A pattern also matches everything below it, as "main" does "main/x": hence the look-up by the whole name. */
async function recordsOf(repository: GitRepository, names: string[]): Promise<Map<string, RefRecord>> {
  const records = await listRefRecords(repository, { patterns: names });
  return new Map(records.map((record) => [record.fullName, record]));
}

async function namedBy(
  source: GitRepository,
  { kind, ref, fullName }: NameCandidate,
  records: ReadonlyMap<string, RefRecord>,
): Promise<NamedRef | null> {
  const record = records.get(fullName);
  if (!record) return null;
  const object = direct(record) ?? (await peeled(source, record.oid));
  return object && { kind, ref: kind === 'commit' ? object.oid : ref, ...object };
}

/** A tag of a tag is followed by git itself: versions before 2.45 tell only of the inner one. */
function direct({ oid, type, target }: RefRecord): Pick<NamedRef, 'oid' | 'type'> | null {
  if (type !== 'tag') return { oid, type };
  return target && target.type !== 'tag' ? { oid: target.oid, type: target.type } : null;
}

async function peeled(source: GitRepository, tagOid: string): Promise<Pick<NamedRef, 'oid' | 'type'> | null> {
  const [found] = await lookUpObjects(source, [`${tagOid}^{}`]);
  return found && found.type !== 'tag' ? { oid: found.oid, type: found.type } : null;
}
