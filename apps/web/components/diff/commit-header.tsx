import type { CommitPage, Signature } from '@granary/api-contract';
import { FolderTree } from 'lucide-react';
import { VisibleText } from '@/components/code/code-text';
import { faceOf, Person, ShaLink, shortSha, subjectOf } from '@/components/repository/commit-line';
import { nameOf } from '@/components/repository/repository-page';
import { SignatureBadge } from '@/components/repository/signature-badge';
import { Avatar } from '@/components/ui/avatar';
import { ButtonLink } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Panel } from '@/components/ui/panel';
import { Time } from '@/components/ui/time';
import { commitRef, commitTextUrl, treeUrl } from '@/lib/repository-url';
import { COMMIT } from '@/lib/signature-text';

export function CommitHeader({ page }: { page: CommitPage }) {
  const { commit } = page;
  const name = nameOf(page.repository);
  return (
    <Panel>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 p-4 sm:p-5">
        <div className="min-w-0 flex-1 basis-96">
          <h1 className="text-lg font-semibold tracking-tight wrap-anywhere">
            <bdi>{subjectOf(commit)}</bdi>
          </h1>
          {commit.body && (
            <pre
              dir="auto"
              className="text-ink-muted mt-3 font-mono text-[0.8125rem] leading-5 wrap-anywhere whitespace-pre-wrap"
            >
              <VisibleText text={commit.body} />
            </pre>
          )}
        </div>
        <ButtonLink href={treeUrl(name, commitRef(commit.sha))} size="small">
          <FolderTree aria-hidden />
          Browse files
        </ButtonLink>
      </div>
      <div className="border-line bg-sunken rounded-b-panel flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t px-4 py-2.5 sm:px-5">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1.5">
          <Authorship author={commit.author} committer={commit.committer} />
          <SignatureBadge signature={commit.signature} thing={COMMIT} />
        </div>
        <div className="text-ink-muted flex flex-wrap items-center gap-x-5 gap-y-1 text-[0.8125rem]">
          <Parents page={page} />
          <span className="flex items-center gap-1">
            Commit <code className="text-ink font-mono">{shortSha(commit.sha)}</code>
            <CopyButton source={{ text: commit.sha }} label="Copy the full commit id" />
          </span>
          <span className="flex items-center gap-3">
            <a href={commitTextUrl(name, commit.sha, 'diff')} className="text-accent hover:underline">
              Diff
            </a>
            <a href={commitTextUrl(name, commit.sha, 'patch')} className="text-accent hover:underline">
              Patch
            </a>
          </span>
        </div>
      </div>
    </Panel>
  );
}

function Authorship({ author, committer }: { author: Signature; committer: Signature }) {
  const sameHand = author.email === committer.email && author.name === committer.name;
  return (
    <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
      <Avatar name={faceOf(author)} account={author.user} size="small" />
      <Person signature={author} />
      <span className="text-ink-muted">
        {sameHand ? 'committed' : 'wrote this'} <Time at={author.date} />
      </span>
      {!sameHand && (
        <>
          <Person signature={committer} />
          <span className="text-ink-muted">
            committed <Time at={committer.date} />
          </span>
        </>
      )}
    </p>
  );
}

function Parents({ page: { commit, repository } }: { page: CommitPage }) {
  if (commit.parents.length === 0) return <span>The first commit</span>;
  return (
    <span className="flex flex-wrap items-center gap-2">
      {commit.parents.length === 1 ? 'Parent' : 'Parents'}
      {commit.parents.map((sha) => (
        <ShaLink key={sha} repository={nameOf(repository)} sha={sha} />
      ))}
    </span>
  );
}
