import { createHash } from 'node:crypto';
import { replaceHidden } from '@granary/kernel';
import { attachment } from '@granary/wire';
import type { ArchiveFormat, ArchiveFormatName } from './archive-format';
import type { ResolvedRef } from './archive-request';

export interface ArchiveNameOptions {
  /** The repository's name without its namespace. */
  project: string;
  resolved: ResolvedRef & { fileName: string | null };
  paths: readonly string[];
  appendSha: boolean | null;
}

/** Room for the longest extension under the 255 bytes that file systems allow. */
const MAX_NAME_BYTES = 240;
/** Separators, and what Windows refuses in a name. */
const UNFIT_FOR_NAMES = /[/\\:*?"<>|]/g;

/**
 * The top directory of an archive and the base of its file name: `<project>-<ref>[-<commit>][-<path>]`, as GitLab
 * names them. The commit id is left out where the ref is one already, and where the URL gives `<project>-<ref>`.
 */
export function archiveName({ project, resolved, paths, appendSha }: ArchiveNameOptions): string {
  const shortName = `${project}-${fit(resolved.ref)}`;
  const isCommit = resolved.kind === 'commit' || resolved.ref === resolved.commit;
  const withSha = !isCommit && (appendSha ?? resolved.fileName !== shortName);
  return shorten([shortName, ...(withSha ? [resolved.commit] : []), ...paths.map(fit)].join('-'));
}

/** `<name>.<extension>`. */
export function archiveFileName(name: string, format: ArchiveFormat): string {
  return `${name}.${format.extensions[0]}`;
}

export interface ArchiveIdentity {
  commit: string;
  format: ArchiveFormatName;
  /** Of the program or library that compresses: another one may give other bytes. */
  encoder: string;
  /** What stands before every path: two refs of one commit give archives that differ in it. */
  prefix: string;
  paths: readonly string[];
  excludePaths?: readonly string[];
  lfs: boolean;
}

/** Rises when the same commit starts to give other bytes, so that no client joins halves of two. */
const WRITER_VERSIONS: Record<ArchiveFormat['container'], number> = { zip: 3, tar: 3 };

/**
 * Equal keys promise equal bytes inside one repository: 40 hex digits, which also are the strong entity tag. A cache
 * that spans repositories must add the repository's id.
 */
export function archiveKey(identity: ArchiveIdentity): string {
  const { commit, format, encoder, prefix, paths, excludePaths = [], lfs } = identity;
  const version = WRITER_VERSIONS[format === 'zip' ? 'zip' : 'tar'];
  const facts = JSON.stringify([version, encoder, commit, format, prefix, paths, excludePaths, lfs]);
  return createHash('sha256').update(facts).digest('hex').slice(0, 40);
}

export interface ArchiveHeaderOptions {
  fileName: string;
  format: ArchiveFormat;
  /** `null` where the same address may give other bytes tomorrow: then nobody may keep a copy. */
  etag: string | null;
  /** Asked for by commit id, so that the address always gives the same bytes. */
  immutable: boolean;
  /** Whether anonymous users may read the repository; only then may shared caches keep a copy. */
  publiclyReadable: boolean;
}

const NAMED_MAX_AGE_SECONDS = 60;
const COMMIT_MAX_AGE_SECONDS = 86_400;

/** The response headers of a whole archive; length and ranges belong to whoever knows them. */
export function archiveHeaders(options: ArchiveHeaderOptions): Record<string, string> {
  return {
    'Content-Type': options.format.mediaType,
    'Content-Disposition': attachment(options.fileName),
    ...(options.etag === null ? {} : { ETag: options.etag }),
    'Cache-Control': cacheControl(options),
    ...(options.publiclyReadable ? {} : { Vary: 'Authorization, Cookie' }),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
  };
}

function cacheControl({ etag, publiclyReadable, immutable }: ArchiveHeaderOptions): string {
  if (etag === null) return 'no-store';
  const age = immutable
    ? `max-age=${COMMIT_MAX_AGE_SECONDS}, immutable`
    : `max-age=${NAMED_MAX_AGE_SECONDS}, must-revalidate`;
  return `${publiclyReadable ? 'public' : 'private'}, ${age}`;
}

function fit(part: string): string {
  return replaceHidden(part.replace(UNFIT_FOR_NAMES, '-'), '-');
}

/** Cuts at a character, never inside one: a stream decoder keeps an unfinished one to itself. */
function shorten(name: string): string {
  return new TextDecoder().decode(Buffer.from(name).subarray(0, MAX_NAME_BYTES), { stream: true });
}
