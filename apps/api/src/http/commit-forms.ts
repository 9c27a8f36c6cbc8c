import { openCommitText, readCommit, type GitRepository } from '@granary/git-process';
import { pipeline } from 'node:stream/promises';
import { isFresh, type Exchange } from './send-body';

/** The forms of a commit beside JSON. */
export const COMMIT_FORMS = ['diff', 'patch', 'sha'] as const;
export type CommitForm = (typeof COMMIT_FORMS)[number];

/**
 * A commit as GitHub's media types want it: its id alone, what it changes, or a mail that `git am` takes.
 *
 * @param text.type the media type; GitHub's for the form unless told.
 * @throws DomainError `not_found` when there is no such commit.
 */
export async function sendCommitForm(
  bare: GitRepository,
  { sha, form, type }: { sha: string; form: CommitForm; type?: string },
  { request, response }: Exchange,
): Promise<void> {
  const etag = `W/"${sha}.${form}"`;
  response.set({
    ETag: etag,
    Vary: 'Accept, Authorization, Cookie',
    'Cache-Control': 'private, no-cache',
    'Content-Security-Policy': "sandbox; default-src 'none'",
  });
  if (isFresh(request, etag)) return void response.status(304).end();
  const { parents } = await readCommit(bare, sha);
  response.set('Content-Type', type ?? `application/vnd.github.${form}; charset=utf-8`);
  if (form === 'sha') return void response.end(sha);
  if (request.method === 'HEAD') return void response.end();
  await pipeline(openCommitText(bare, { sha, parent: parents[0] ?? null, form }), response, { signal: bare.signal });
}
