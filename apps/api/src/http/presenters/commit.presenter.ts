import { atOf, commitRef, encodePath, pageBelow } from '@granary/api-contract';
import type { Commit, CommitDetail, CommitFile, GitCommit, GitTag } from '@granary/api-contract';
import type { CommitDiff, DiffFile, Verification, VerifiedTag } from '@granary/forge';
import { isoDate, type Ident, type LogPerson, type LogRecord } from '@granary/wire';
import type { BrowseFacts } from './browse.presenter';
import { presentGithubUser } from './user.presenter';
import { presentVerification } from './verification.presenter';

/** A repository's addresses: of its pages and of the API. */
export interface RepositoryUrls {
  html: string;
  api: string;
}

/** The addresses of the repository with this full name. */
export function urlsOf(fullName: string, baseUrl: string): RepositoryUrls {
  return { html: `${baseUrl}/${fullName}`, api: `${baseUrl}/api/v3/repos/${fullName}` };
}

const nodeId = (kind: string, sha: string) => Buffer.from(`${kind}:${sha}`).toString('base64');

/** As GitHub writes moments: in UTC, to the second. */
function utc(moment: string): string {
  return new Date(moment).toISOString().replace('.000Z', 'Z');
}

const presentPerson = ({ name, email, date }: LogPerson) => ({ name, email, date: utc(date) });

export function presentGitCommit(commit: LogRecord, verification: Verification, urls: RepositoryUrls): GitCommit {
  const { sha, tree, parents } = commit;
  return {
    sha,
    node_id: nodeId('Commit', sha),
    url: `${urls.api}/git/commits/${sha}`,
    html_url: `${urls.html}/-/commit/${sha}`,
    author: presentPerson(commit.author),
    committer: presentPerson(commit.committer),
    tree: { sha: tree, url: `${urls.api}/git/trees/${tree}` },
    message: commit.message,
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${urls.api}/git/commits/${parent}`,
      html_url: `${urls.html}/-/commit/${parent}`,
    })),
    verification: presentVerification(verification),
  };
}

export interface CommitContext {
  verification: Verification;
  facts: BrowseFacts;
  urls: RepositoryUrls;
}

export function presentRestCommit(record: LogRecord, { verification, facts, urls }: CommitContext): Commit {
  const { sha, node_id, html_url, parents, ...git } = presentGitCommit(record, verification, urls);
  const url = `${urls.api}/commits/${sha}`;
  const userOf = ({ email }: LogPerson) => {
    const user = facts.usersByEmail.get(email.toLowerCase());
    return user ? presentGithubUser(user, facts.baseUrl) : null;
  };
  return {
    sha,
    node_id,
    url,
    html_url,
    comments_url: `${url}/comments`,
    commit: { ...git, comment_count: 0 },
    author: userOf(record.author),
    committer: userOf(record.committer),
    parents: parents.map((parent) => ({ ...parent, url: `${urls.api}/commits/${parent.sha}` })),
  };
}

export function presentCommitDetail(diff: CommitDiff, context: CommitContext): CommitDetail {
  const { additions, deletions } = diff;
  return {
    ...presentRestCommit(diff.commit, context),
    stats: { additions, deletions, total: additions + deletions },
    files: diff.files.map((file) => {
      // What a commit deletes is still to be seen in its parent.
      const sha = file.newPath === null ? (diff.commit.parents[0] ?? diff.commit.sha) : diff.commit.sha;
      return presentFile(file, { sha, urls: context.urls });
    }),
  };
}

const STATUS: Record<DiffFile['status'], CommitFile['status']> = {
  added: 'added',
  deleted: 'removed',
  modified: 'modified',
  renamed: 'renamed',
  copied: 'copied',
  mode_changed: 'changed',
};

export function presentFile(file: DiffFile, at: { sha: string; urls: RepositoryUrls }): CommitFile {
  const filename = file.newPath ?? file.oldPath ?? '';
  const place = atOf(commitRef(at.sha), filename);
  const hasMoved = file.oldPath !== null && file.newPath !== null && file.oldPath !== file.newPath;
  return {
    sha: file.newOid ?? file.oldOid,
    filename,
    status: STATUS[file.status],
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: pageBelow(at.urls.html, 'blob', place),
    raw_url: pageBelow(at.urls.html, 'raw', place),
    contents_url: contentsUrl(at.urls, filename, at.sha),
    ...(file.hunks.length > 0 ? { patch: patchOf(file) } : {}),
    ...(hasMoved ? { previous_filename: file.oldPath ?? '' } : {}),
  };
}

/** Where GitHub's "contents" has a file of a commit. */
function contentsUrl(urls: RepositoryUrls, path: string, sha: string): string {
  return `${urls.api}/contents/${encodePath(path)}?ref=${sha}`;
}

const SIGNS = { context: ' ', add: '+', delete: '-', no_newline: '\\ ' };

function patchOf({ hunks }: DiffFile): string {
  return hunks
    .flatMap(({ header, lines }) => [header, ...lines.map(({ kind, text }) => `${SIGNS[kind]}${text}`)])
    .join('\n');
}

export function presentGitTag(sha: string, { tag, verification }: VerifiedTag, urls: RepositoryUrls): GitTag {
  return {
    node_id: nodeId('Tag', sha),
    tag: tag.name,
    sha,
    url: `${urls.api}/git/tags/${sha}`,
    message: tag.message,
    tagger: tag.tagger && presentTagger(tag.tagger),
    object: { type: tag.type, sha: tag.object, url: `${urls.api}/git/${tag.type}s/${tag.object}` },
    verification: presentVerification(verification),
  };
}

function presentTagger(tagger: Ident): GitTag['tagger'] {
  return { name: tagger.name, email: tagger.email, date: utc(isoDate(tagger)) };
}
