import type { JudgedCommit } from '@granary/api-contract';
import { FolderTree } from 'lucide-react';
import { Avatar } from '@/components/ui/avatar';
import { ButtonLink } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Link } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { Row, RowList } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { groupByDay } from '@/lib/commit-days';
import { COMMIT } from '@/lib/signature-text';
import { commitRef, commitUrl, treeUrl, type RepositoryName } from '@/lib/repository-url';
import { faceOf, Person, ShaLink, subjectOf } from './commit-line';
import { SignatureBadge } from './signature-badge';

/** A history, a panel for each day. */
export function CommitList({ repository, commits }: { repository: RepositoryName; commits: JudgedCommit[] }) {
  return (
    <div className="space-y-5">
      {groupByDay(commits).map(({ key, title, commits: ofDay }) => (
        <section key={key} aria-label={title}>
          <h2 className="text-ink-muted mb-2 text-[0.8125rem] font-medium">{title}</h2>
          <Panel>
            <RowList>
              {ofDay.map((commit) => (
                <CommitRow key={commit.sha} repository={repository} commit={commit} />
              ))}
            </RowList>
          </Panel>
        </section>
      ))}
    </div>
  );
}

function CommitRow({ repository, commit }: { repository: RepositoryName; commit: JudgedCommit }) {
  const { author, sha } = commit;
  const actions = (
    <>
      <ShaLink repository={repository} sha={sha} />
      <CopyButton source={{ text: sha }} label="Copy the full commit id" />
      <ButtonLink href={treeUrl(repository, commitRef(sha))} variant="ghost" size="small" square>
        <FolderTree aria-hidden />
        <span className="sr-only">Files at this commit</span>
      </ButtonLink>
    </>
  );
  return (
    <Row actions={actions} actionsFromTablet className="py-2.5">
      <div className="flex gap-3">
        <Avatar name={faceOf(author)} account={author.user} />
        <div className="min-w-0">
          <h3 className="font-medium wrap-anywhere">
            <Link href={commitUrl(repository, sha)} className="inline-block py-0.5 hover:underline">
              <bdi>{subjectOf(commit)}</bdi>
            </Link>
          </h3>
          <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <p className="text-ink-muted min-w-0 text-[0.8125rem]">
              <Person signature={author} /> committed <Time at={commit.committer.date} />
              <span className="ml-2 sm:hidden">
                <ShaLink repository={repository} sha={sha} />
              </span>
            </p>
            <SignatureBadge signature={commit.signature} thing={COMMIT} />
          </div>
        </div>
      </div>
    </Row>
  );
}
