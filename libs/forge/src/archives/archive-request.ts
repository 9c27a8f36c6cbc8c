import { DomainError, hasAsciiControls } from '@granary/kernel';
import { checkRefName } from '@granary/wire';
import { ARCHIVE_FORMATS, splitArchiveExtension, type ArchiveFormat } from './archive-format';

/** One reading of an archive URL: `ref` wanted, and the file name (without extension) that the long form carries. */
export interface ArchiveRefCandidate {
  ref: string;
  fileName: string | null;
}

export interface ArchiveRequest {
  /** Readings in the order in which they are tried; the first whose ref exists is meant. Never empty. */
  candidates: ArchiveRefCandidate[];
  format: ArchiveFormat;
  /** Only these files and directories; empty for the whole tree. Sorted, without duplicates. */
  paths: string[];
  /** Left out of the archive, each with all below it. Sorted, without duplicates. */
  excludePaths: string[];
  /** Whether LFS pointers are replaced by what they point to. */
  lfs: boolean;
  /** What becomes of a pointer whose object is not there: no archive, or the pointer as it is. */
  missing: 'refuse' | 'pointer';
  /** Not the archive is wanted but its SHA-256. */
  checksum: boolean;
  /** GitLab's `append_sha`; `null` when the URL leaves it open. */
  appendSha: boolean | null;
}

export interface ResolvedRef {
  /** 40 or 64 hex digits; of a tree, where a tag names one. */
  commit: string;
  /** The short name that archives are called after: `main`, `v1.0`, or the commit id. */
  ref: string;
  kind: 'branch' | 'tag' | 'commit';
}

export type ResolveRef = (name: string) => Promise<ResolvedRef | null>;

const CHECKSUM_EXTENSION = '.sha256';
const MAX_PATHS = 100;
const MAX_TEXT_BYTES = 4096;
/** Every directory above a path is looked at for attributes, by git's command line. */
const MAX_PATH_DEPTH = 100;
const MAX_PATHS_BYTES = 8192;

/**
 * Reads what follows `/-/archive/` and the query of an archive URL (GitLab's two forms:
 * `<ref>.<format>` and `<ref>/<name>.<format>`; refs may hold slashes, so a URL can have two readings).
 *
 * @param pathRest percent-decoded, without a leading slash.
 * A `.sha256` behind either asks for the checksum.
 * @param query `path`, `exclude_paths` (both may be repeated), `lfs` or `include_lfs_blobs`, `missing`, `append_sha`.
 * @param formats those that this machine can make.
 * @throws DomainError `bad_request` for an unknown format, a name that no ref can have, or a wrong parameter.
 */
export function parseArchiveRequest(
  pathRest: string,
  query: Readonly<Record<string, unknown>> = {},
  formats: readonly ArchiveFormat[] = ARCHIVE_FORMATS,
): ArchiveRequest {
  if (hasAsciiControls(pathRest) || Buffer.byteLength(pathRest) > MAX_TEXT_BYTES) throw badRef();
  const checksum = pathRest.endsWith(CHECKSUM_EXTENSION);
  const split = splitArchiveExtension(checksum ? pathRest.slice(0, -CHECKSUM_EXTENSION.length) : pathRest);
  if (split === null) throw badFormat('Unknown archive format.', formats);
  requireFormat(split.format, formats);
  const lfs = [flag(query, 'lfs'), flag(query, 'include_lfs_blobs')].every((value) => value !== false);
  const candidates = refCandidates(split.base);
  if (candidates.length === 0) throw badRef();
  return {
    candidates,
    format: split.format,
    paths: pathList(query, 'path'),
    excludePaths: pathList(query, 'exclude_paths'),
    lfs,
    missing: missingMode(query) === 'pointer' && lfs ? 'pointer' : 'refuse',
    checksum,
    appendSha: flag(query, 'append_sha'),
  };
}

/**
 * Asks for each reading in turn.
 *
 * @throws DomainError `not_found` when none of them names a commit.
 */
export async function resolveArchiveRequest(
  request: ArchiveRequest,
  resolveRef: ResolveRef,
): Promise<ResolvedRef & { fileName: string | null }> {
  for (const { ref, fileName } of request.candidates) {
    const found = await resolveRef(ref);
    if (found !== null) return { ...found, fileName };
  }
  throw new DomainError('not_found', 'No branch, tag or commit of that name.', {
    hint: 'A repository without commits has no archives.',
  });
}

/** The longer ref goes first: git keeps a branch `a/b` from standing beside a branch `a`. */
function refCandidates(base: string): ArchiveRefCandidate[] {
  const slash = base.lastIndexOf('/');
  const readings: ArchiveRefCandidate[] = [{ ref: base, fileName: null }];
  if (slash > 0) readings.push({ ref: base.slice(0, slash), fileName: base.slice(slash + 1) });
  return readings.filter(({ ref }) => canBeRef(ref));
}

function canBeRef(name: string): boolean {
  // A leading dash would read as an option.
  return !name.startsWith('-') && name !== '@' && checkRefName(`refs/heads/${name}`) === null;
}

/** @throws DomainError `bad_request` where this machine lacks the program. */
export function requireFormat(format: ArchiveFormat, formats: readonly ArchiveFormat[]): void {
  if (formats.some(({ name }) => name === format.name)) return;
  throw badFormat(
    `This hub makes no ${format.name} archives: the program "${format.compression}" is missing.`,
    formats,
  );
}

export function badFormat(message: string, formats: readonly ArchiveFormat[]): DomainError {
  const known = formats.flatMap(({ extensions }) => extensions).join(', ');
  return new DomainError('bad_request', message, { hint: `The formats here are: ${known}.` });
}

function missingMode(query: Readonly<Record<string, unknown>>): 'refuse' | 'pointer' {
  const mode = values(query, 'missing').at(-1) ?? 'refuse';
  if (mode === 'refuse' || mode === 'pointer') return mode;
  const hint = 'With missing=pointer, LFS objects that are not here leave their pointers.';
  throw new DomainError('bad_request', 'Wrong value for missing.', { hint });
}

function badRef(): DomainError {
  return new DomainError('bad_request', 'That is no name of a branch, tag or commit.');
}

function values(query: Readonly<Record<string, unknown>>, name: string): string[] {
  const value = query[name];
  const list: unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  if (!list.every((item) => typeof item === 'string')) throw new DomainError('bad_request', `Wrong value for ${name}.`);
  return list;
}

function flag(query: Readonly<Record<string, unknown>>, name: string): boolean | null {
  const given = values(query, name);
  if (given.length === 0) return null;
  const value = given.at(-1)?.toLowerCase() ?? '';
  if (['true', '1', 'yes'].includes(value)) return true;
  if (['false', '0', 'no'].includes(value)) return false;
  throw new DomainError('bad_request', `Wrong value for ${name}.`, { hint: `${name} is true or false.` });
}

function pathList(query: Readonly<Record<string, unknown>>, name: string): string[] {
  return archivePaths(values(query, name), name);
}

/** Sorted, without duplicates and outer slashes. @throws DomainError `bad_request`, naming `name`. */
export function archivePaths(given: readonly string[], name: string): string[] {
  const paths = given.map((path) => normalizePath(path, name)).filter((path) => path !== '');
  if (paths.length > MAX_PATHS || Buffer.byteLength(paths.join('')) > MAX_PATHS_BYTES) {
    throw new DomainError('bad_request', `Too many values for ${name}.`);
  }
  return [...new Set(paths)].sort();
}

function normalizePath(path: string, name: string): string {
  const trimmed = path.replace(/^\/+|\/+$/g, '');
  const segments = trimmed === '' ? [] : trimmed.split('/');
  const odd = segments.some((segment) => ['', '.', '..'].includes(segment)) || segments.length > MAX_PATH_DEPTH;
  if (odd || hasAsciiControls(path) || Buffer.byteLength(path) > MAX_TEXT_BYTES) {
    throw new DomainError('bad_request', `Wrong value for ${name}.`, { hint: 'Give a path inside the repository.' });
  }
  return trimmed;
}
