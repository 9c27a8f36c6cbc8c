import { lfsPlaceText, type At, type LfsPointerInfo, type PathLock, type TreeEntry } from '@granary/api-contract';
import { markup, type Markup } from '@/lib/markup';
import { blobUrl, commitUrl, fitsRequest, treeUrl, type RefName, type RepositoryName } from '@/lib/repository-url';
import { formatExact, formatRelative, parseMoment } from '@/lib/text/moment';
import { formatBytes } from '@/lib/text/quantity';
import { cutBehind, visibleName } from '@/lib/text/visible-text';
import { subjectOf } from './commit-line';
import { ENTRY_LABELS } from './entry-icon';

/** Of a commit's first line: a row has room for less. */
const SUBJECT_CHARACTERS = 100;

export interface TreeRows {
  repository: RepositoryName;
  at: At;
  entries: readonly TreeEntry[];
  /** "Now", for all rows alike. */
  now: Date;
}

/** The rows of a directory as HTML; their classes are of the table (app/styles/tree.css). */
export function treeRows({ repository, at, entries, now }: TreeRows): string {
  const parent = at.path.split('/').slice(0, -1).join('/');
  const up = at.path !== '' && parentRow(treeUrl(repository, at, parent));
  const rows = entries.map((entry) => entryRow(entry, { repository, at, now }));
  return markup`${up}${rows}`.html;
}

function parentRow(href: string): Markup {
  return markup`<tr><td><a href="${href}" class="tree-up"><span aria-hidden=true>..</span><span class=sr-only>Directory above</span></a><td><td><td></tr>`;
}

interface RowPlace {
  repository: RepositoryName;
  at: RefName;
  now: Date;
}

function entryRow(entry: TreeEntry, place: RowPlace): Markup {
  const { last_commit: commit, size_bytes, type } = entry;
  const size = size_bytes !== null && type !== 'symlink' && formatBytes(size_bytes);
  const { repository, now } = place;
  return markup`<tr><td><div>${nameOf(entry, place)}</div><td>${
    commit &&
    markup`<a href="${commitUrl(repository, commit.sha)}">${cutBehind(subjectOf(commit), SUBJECT_CHARACTERS)}</a>`
  }<td>${commit && timeOf(commit.committer.date, now)}<td>${size}</tr>`;
}

function nameOf(entry: TreeEntry, { repository, at, now }: RowPlace): Markup {
  const { type, path, lfs, lock } = entry;
  const name = visibleName(entry.name);
  const icon = markup`<svg role=img aria-label="${ENTRY_LABELS[type]}" class=${type}><use href=#entry-${type} /></svg>`;
  if (type === 'submodule') {
    const url = entry.submodule_url;
    const shown = url === null ? name : markup`<a href="${url}" rel="nofollow noreferrer">${name}</a>`;
    return markup`${icon}<span title="${name}">${shown} <code>@ ${entry.oid.slice(0, 10)}</code></span>`;
  }
  const href = (type === 'tree' ? treeUrl : blobUrl)(repository, at, path);
  const linked = fitsRequest(href)
    ? markup`<a href="${href}">${name}</a>`
    : markup`<span title="Its name is too long for an address">${name}</span>`;
  return markup`${icon}${linked}${lfs && lfsBadge(lfs)}${lock && lockMark(lock, now)}`;
}

function lfsBadge(lfs: LfsPointerInfo): Markup {
  if (lfs.present) return markup`<b title="Stored with Git LFS">LFS</b>`;
  if (lfs.elsewhere) {
    const where = `The content of this file lies on ${lfsPlaceText(lfs.elsewhere)}`;
    return markup`<b class=elsewhere title="${where}">LFS elsewhere</b>`;
  }
  return markup`<b class=missing title="The content of this file has never been uploaded">LFS missing</b>`;
}

function lockMark(lock: PathLock, now: Date): Markup {
  const text = `Locked by ${lock.owner}, ${formatRelative(new Date(lock.locked_at), now)}`;
  return markup`<span class=locked title="${text}"><svg aria-hidden=true><use href=#entry-lock /></svg><span aria-hidden=true>${lock.owner}</span><span class=sr-only>${text}</span></span>`;
}

function timeOf(date: string, now: Date): Markup {
  const moment = parseMoment(date);
  if (!moment) return markup`an unknown date`;
  return markup`<time datetime=${moment.toISOString()} title="${formatExact(moment)}">${formatRelative(moment, now)}</time>`;
}
