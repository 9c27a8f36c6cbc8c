import { z } from 'zod';
import { SimpleUser } from './common';
import { Verification } from './signatures';

const Person = z.object({ name: z.string(), email: z.string(), date: z.string() });
const Parent = z.object({ sha: z.string(), url: z.string(), html_url: z.string() });

/** `GET /api/v3/repos/:o/:r/git/commits/:sha`. */
export const GitCommit = z.object({
  sha: z.string(),
  node_id: z.string(),
  url: z.string(),
  html_url: z.string(),
  author: Person,
  committer: Person,
  tree: z.object({ sha: z.string(), url: z.string() }),
  message: z.string(),
  parents: z.array(Parent),
  verification: Verification,
});
export type GitCommit = z.infer<typeof GitCommit>;

/** `GET /api/v3/repos/:o/:r/commits`. */
export const Commit = z.object({
  sha: z.string(),
  node_id: z.string(),
  url: z.string(),
  html_url: z.string(),
  comments_url: z.string(),
  commit: GitCommit.pick({ author: true, committer: true, message: true, tree: true, verification: true }).extend({
    url: z.string(),
    comment_count: z.number(),
  }),
  author: SimpleUser.nullable(),
  committer: SimpleUser.nullable(),
  parents: z.array(Parent),
});
export type Commit = z.infer<typeof Commit>;

export const CommitFile = z.object({
  sha: z.string().nullable(),
  filename: z.string(),
  status: z.enum(['added', 'removed', 'modified', 'renamed', 'copied', 'changed']),
  additions: z.number(),
  deletions: z.number(),
  changes: z.number(),
  blob_url: z.string(),
  raw_url: z.string(),
  contents_url: z.string(),
  /** Left out for binary files, and where the patch is too large. */
  patch: z.string().optional(),
  previous_filename: z.string().optional(),
});
export type CommitFile = z.infer<typeof CommitFile>;

/** `GET /api/v3/repos/:o/:r/commits/:ref`: at most 300 files. */
export const CommitDetail = Commit.extend({
  stats: z.object({ additions: z.number(), deletions: z.number(), total: z.number() }),
  files: z.array(CommitFile),
});
export type CommitDetail = z.infer<typeof CommitDetail>;

/** `GET /api/v3/repos/:o/:r/git/tags/:sha`: an annotated tag, by the id of its own object. */
export const GitTag = z.object({
  node_id: z.string(),
  tag: z.string(),
  sha: z.string(),
  url: z.string(),
  /** Without the signature, which is in `verification`. */
  message: z.string(),
  tagger: Person.nullable(),
  object: z.object({ type: z.string(), sha: z.string(), url: z.string() }),
  verification: Verification,
});
export type GitTag = z.infer<typeof GitTag>;

const moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);
const oneLine = z.string().regex(/^[^\0\r\n]*$/);

/** The query of `GET …/commits`; paging aside, and with GitHub's other parameters ignored. */
export const ListCommits = z.object({
  /** A branch, tag or commit id; the default branch unless told. */
  sha: oneLine.optional(),
  path: z.string().optional(),
  /** A login or an e-mail address. */
  author: oneLine.max(255).optional(),
  since: moment.optional(),
  until: moment.optional(),
});
export type ListCommits = z.infer<typeof ListCommits>;

/**
 * `GET …/compare/:base...:head`: what `head` has since it left `base`; with two dots, what differs between the two. The
 * commits come oldest first and in pages, the first 300 files with the first page.
 */
export const CommitComparison = z.object({
  url: z.string(),
  html_url: z.string(),
  permalink_url: z.string(),
  diff_url: z.string(),
  patch_url: z.string(),
  base_commit: Commit,
  merge_base_commit: Commit,
  status: z.enum(['diverged', 'ahead', 'behind', 'identical']),
  ahead_by: z.number(),
  behind_by: z.number(),
  total_commits: z.number(),
  commits: z.array(Commit),
  files: z.array(CommitFile).optional(),
});
export type CommitComparison = z.infer<typeof CommitComparison>;
