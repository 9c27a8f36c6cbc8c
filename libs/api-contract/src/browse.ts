import { z } from 'zod';
import { SimpleUser, Timestamp } from './common';
import { LfsPlace } from './lfs-place';
import { RenderedText } from './rendered-text';
import { Repository } from './repositories';
import { SignatureVerdict } from './signatures';

/** A person as a commit names them, and the hub's user with that e-mail address, if any. */
export const Signature = z.object({
  name: z.string(),
  email: z.string(),
  date: z.string(),
  user: SimpleUser.nullable(),
});
export type Signature = z.infer<typeof Signature>;

export const CommitSummary = z.object({
  sha: z.string(),
  subject: z.string(),
  body: z.string(),
  author: Signature,
  committer: Signature,
  parents: z.array(z.string()),
});
export type CommitSummary = z.infer<typeof CommitSummary>;

/** A commit with what the hub says of its signature; null: it has none. */
export const JudgedCommit = CommitSummary.extend({ signature: SignatureVerdict.nullable() });
export type JudgedCommit = z.infer<typeof JudgedCommit>;

/** An LFS pointer in the tree; `present` is false when this repository has no such object. */
export const LfsPointerInfo = z.object({
  oid: z.string(),
  size_bytes: z.number(),
  present: z.boolean(),
  /** Where clients look for it then; null: here, where it is missing. */
  elsewhere: LfsPlace.nullable(),
});
export type LfsPointerInfo = z.infer<typeof LfsPointerInfo>;

/** Somebody holds the file's LFS lock: pushes that change it are refused, whoever else they are from. */
export const PathLock = z.object({ owner: z.string(), locked_at: Timestamp });
export type PathLock = z.infer<typeof PathLock>;

export const TreeEntry = z.object({
  name: z.string(),
  path: z.string(),
  type: z.enum(['tree', 'blob', 'symlink', 'submodule']),
  mode: z.string(),
  oid: z.string(),
  /** Bytes; null for directories and submodules. LFS files have the size of their content. */
  size_bytes: z.number().nullable(),
  lfs: LfsPointerInfo.nullable(),
  /** On branches alone. */
  lock: PathLock.nullable(),
  /** Of a submodule: the page of its repository at its commit, on this hub or another; null where none is known. */
  submodule_url: z.string().nullable(),
  /** Null when the history was too deep to say in time. */
  last_commit: CommitSummary.nullable(),
});
export type TreeEntry = z.infer<typeof TreeEntry>;

export const RefInfo = z.object({
  name: z.string(),
  full_name: z.string(),
  kind: z.enum(['branch', 'tag']),
  sha: z.string(),
  /** What it names; a branch always a commit. */
  type: z.enum(['commit', 'tree', 'blob']),
});
export type RefInfo = z.infer<typeof RefInfo>;

/** What every repository page's frame needs. */
export const RepositoryFrame = z.object({
  repository: Repository,
  /** At most 1,000 of each; the counts are whole. */
  branches: z.array(RefInfo),
  tags: z.array(RefInfo),
  branch_count: z.number(),
  tag_count: z.number(),
});
export type RepositoryFrame = z.infer<typeof RepositoryFrame>;

/** `GET /api/web/repos/:o/:r`. */
export const RepositoryHome = RepositoryFrame;

/**
 * `GET /api/web/repos/:o/:r/refs?kind=branch&q=&page=N`: those of the frame's branches or tags whose names hold `q` in
 * any case, 50 a page, the default branch first.
 */
export const RefsPage = RepositoryFrame.extend({
  /** `signature`: what the hub says of a tag's; null where it has none. `deletable`: the viewer may delete it. */
  refs: z.array(
    RefInfo.extend({ protected: z.boolean(), deletable: z.boolean(), signature: SignatureVerdict.nullable() }),
  ),
  page: z.number(),
  has_next: z.boolean(),
});
export type RefsPage = z.infer<typeof RefsPage>;

/**
 * The page models of `GET /api/web/repos/:o/:r/{tree,blob,commits,commit}`. `at` is the rest of the page's URL,
 * `<ref>[/<path>]`, where the ref itself may hold slashes; the API splits it. A ref or path that is not there is a 404.
 */
export const At = z.object({
  /** The ref as the URL writes it: branch, tag or commit id. */
  ref: z.string(),
  kind: z.enum(['branch', 'tag', 'commit']),
  sha: z.string(),
  path: z.string(),
});
export type At = z.infer<typeof At>;

/** A text file, cut at 1 MiB. */
export const FileText = z.object({ path: z.string(), rendered: RenderedText, truncated: z.boolean() });
export type FileText = z.infer<typeof FileText>;

/** `GET …/tree?at=<ref>[/<path>]&page=N`; without `at` the default branch. `at` is null in an empty repository. */
// The README comes with the first page.
export const TreePage = RepositoryFrame.extend({
  at: At.nullable(),
  last_commit: CommitSummary.nullable(),
  commit_count: z.number().nullable(),
  /** 500 a page. */
  entries: z.array(TreeEntry),
  /** Of the whole directory. */
  entry_count: z.number(),
  page: z.number(),
  has_next: z.boolean(),
  readme: FileText.nullable(),
});
export type TreePage = z.infer<typeof TreePage>;

/** How a blob's text is asked for: as what it means where its name says so, as what was written, or the text alone. */
export const BlobLook = z.enum(['rendered', 'source', 'text']);
export type BlobLook = z.infer<typeof BlobLook>;

/** `GET …/blob?at=<ref>/<path>&look=<BlobLook>`; `text` where `look` is left out. */
export const BlobPage = RepositoryFrame.extend({
  at: At,
  last_commit: CommitSummary.nullable(),
  oid: z.string(),
  mode: z.string(),
  size_bytes: z.number(),
  /** `text`: show `text`. `image`: `<img src=raw_url>` is safe. `symlink`: `text` is the target. `submodule`: `oid` is a commit of another repository, whose page is `submodule_url` where one is known. `binary`, `too_large`: offer the download. */
  kind: z.enum(['text', 'image', 'symlink', 'submodule', 'binary', 'too_large']),
  text: z.string().nullable(),
  submodule_url: z.string().nullable(),
  /** Of a text, where `look` asks for it. */
  rendered: RenderedText.nullable(),
  lfs: LfsPointerInfo.nullable(),
  lock: PathLock.nullable(),
  /** Whether the hub commits files of that path: names that only Git takes are changed with Git. */
  committable: z.boolean(),
  /** The viewer may take it away with a commit on the branch that is shown. */
  deletable: z.boolean(),
  raw_url: z.string(),
});
export type BlobPage = z.infer<typeof BlobPage>;

/** `GET …/commits?at=<ref>[/<path>]&page=N`: 30 a page, newest first. */
export const CommitsPage = RepositoryFrame.extend({
  at: At.nullable(),
  commits: z.array(JudgedCommit),
  page: z.number(),
  has_next: z.boolean(),
});
export type CommitsPage = z.infer<typeof CommitsPage>;

export const DiffLine = z.object({
  kind: z.enum(['context', 'add', 'delete', 'no_newline']),
  old_line: z.number().nullable(),
  new_line: z.number().nullable(),
  text: z.string(),
});
export type DiffLine = z.infer<typeof DiffLine>;
export const DiffHunk = z.object({ header: z.string(), lines: z.array(DiffLine) });
export type DiffHunk = z.infer<typeof DiffHunk>;
export const DiffFile = z.object({
  status: z.enum(['added', 'deleted', 'modified', 'renamed', 'copied', 'mode_changed']),
  old_path: z.string().nullable(),
  new_path: z.string().nullable(),
  old_mode: z.string().nullable(),
  new_mode: z.string().nullable(),
  binary: z.boolean(),
  additions: z.number(),
  deletions: z.number(),
  /** Empty when binary, and when the file's change is too large to show: `truncated` tells, the counts are true. */
  hunks: z.array(DiffHunk),
  truncated: z.boolean(),
  old_lfs: LfsPointerInfo.nullable(),
  new_lfs: LfsPointerInfo.nullable(),
});
export type DiffFile = z.infer<typeof DiffFile>;

/** `GET …/commit?sha=<sha>&page=N`: the commit against its first parent (a root commit against nothing). */
export const CommitPage = RepositoryFrame.extend({
  commit: JudgedCommit,
  /** 100 a page. */
  files: z.array(DiffFile),
  /** These three are of the whole commit. */
  file_count: z.number(),
  additions: z.number(),
  deletions: z.number(),
  page: z.number(),
  per_page: z.number(),
  has_next: z.boolean(),
});
export type CommitPage = z.infer<typeof CommitPage>;

/** `GET /api/web/explore?q=&page=`: repositories that the viewer may read, latest push first; 30 a page. */
export const ExplorePage = z.object({
  repositories: z.array(Repository),
  page: z.number(),
  has_next: z.boolean(),
  total: z.number(),
});
export type ExplorePage = z.infer<typeof ExplorePage>;

/** `GET /api/web/namespaces/:ns?page=N`. */
export const NamespacePage = z.object({
  owner: SimpleUser,
  display_name: z.string().nullable(),
  /** 50 a page, latest push first. */
  repositories: z.array(Repository),
  /** Of all that the viewer may read. */
  total: z.number(),
  page: z.number(),
  has_next: z.boolean(),
  may_create: z.boolean(),
});
export type NamespacePage = z.infer<typeof NamespacePage>;
