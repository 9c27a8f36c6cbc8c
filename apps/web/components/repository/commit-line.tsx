import type { CommitSummary, Signature } from '@granary/api-contract';
import { Avatar } from '@/components/ui/avatar';
import { Link } from '@/components/ui/link';
import { Time } from '@/components/ui/time';
import { commitUrl, namespaceUrl, type RepositoryName } from '@/lib/repository-url';
import { visibleName } from '@/lib/text/visible-text';

const SHORT_SHA_LENGTH = 10;

export function shortSha(sha: string): string {
  return sha.slice(0, SHORT_SHA_LENGTH);
}

/** A commit can go without a subject; its link cannot go without a text. */
export function subjectOf({ subject }: CommitSummary): string {
  return visibleName(subject) || '(no message)';
}

/** By which a person's face is drawn: an account, else an address, has one face, whatever names its commits bear. */
export function faceOf({ name, email, user }: Signature): string {
  return user?.login ?? (email.split('@')[0] || name);
}

export function Person({ signature }: { signature: Signature }) {
  const name = visibleName(signature.name) || visibleName(signature.email) || 'unknown';
  if (!signature.user)
    return (
      <span className="min-w-0 font-medium">
        <bdi>{name}</bdi>
      </span>
    );
  return (
    <Link href={namespaceUrl(signature.user.login)} className="min-w-0 font-medium hover:underline">
      <bdi>{name}</bdi>
    </Link>
  );
}

export function ShaLink({ repository, sha }: { repository: RepositoryName; sha: string }) {
  return (
    <Link
      href={commitUrl(repository, sha)}
      aria-label={`Commit ${shortSha(sha)}`}
      className="text-ink-muted hover:text-ink font-mono text-[0.8125rem] hover:underline"
    >
      {shortSha(sha)}
    </Link>
  );
}

/** The latest commit of what is shown, on one line. */
export function CommitLine({ repository, commit }: { repository: RepositoryName; commit: CommitSummary }) {
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2.5">
      <Avatar name={faceOf(commit.author)} account={commit.author.user} />
      {/* Each part is cut by itself: a link that is only clipped would lie invisibly under its neighbours. */}
      <p className="flex min-w-0 gap-1.5">
        <span className="max-w-40 shrink-0 truncate max-sm:hidden">
          <Person signature={commit.author} />
        </span>
        <Link
          href={commitUrl(repository, commit.sha)}
          className="text-ink-muted hover:text-ink min-w-0 truncate hover:underline"
        >
          <bdi>{subjectOf(commit)}</bdi>
        </Link>
      </p>
      <span className="text-ink-muted ml-auto flex shrink-0 items-center gap-3 text-[0.8125rem]">
        <span className="max-md:hidden">
          <ShaLink repository={repository} sha={commit.sha} />
        </span>
        <Time at={commit.committer.date} />
      </span>
    </div>
  );
}
