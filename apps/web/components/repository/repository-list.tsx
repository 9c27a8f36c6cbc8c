import type { Repository } from '@granary/api-contract';
import { Row, RowList } from '@/components/ui/row-list';
import { Link } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { Time } from '@/components/ui/time';
import { UserText } from '@/components/ui/user-text';
import { repositoryUrl } from '@/lib/repository-url';
import { formatBytes } from '@/lib/text/quantity';
import { VisibilityBadge } from './visibility';

interface RepositoryListProps {
  repositories: Repository[];
  label: string;
  /** On the page of a namespace its name goes without saying. */
  showOwner?: boolean;
  /** Of the rows' headings: one below what stands above the list. */
  level?: 2 | 3;
}

export function RepositoryList({ repositories, label, showOwner = true, level = 2 }: RepositoryListProps) {
  return (
    <Panel>
      <RowList label={label}>
        {repositories.map((repository) => (
          <RepositoryRow key={repository.id} repository={repository} showOwner={showOwner} level={level} />
        ))}
      </RowList>
    </Panel>
  );
}

interface RepositoryRowProps {
  repository: Repository;
  showOwner: boolean;
  level: 2 | 3;
}

function RepositoryRow({ repository, showOwner, level }: RepositoryRowProps) {
  const Heading = level === 2 ? 'h2' : 'h3';
  const { owner, name, description, visibility } = repository;
  return (
    <Row className="hover:bg-hover/50 relative first:rounded-t-panel last:rounded-b-panel">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <Heading className="text-[0.9375rem] wrap-anywhere">
          <Link
            href={repositoryUrl({ owner: owner.login, name })}
            className="after:absolute after:inset-0 after:rounded-[inherit] hover:underline"
          >
            {showOwner && <span className="text-ink-muted">{owner.login} / </span>}
            <span className="font-semibold">{name}</span>
          </Link>
        </Heading>
        <VisibilityBadge visibility={visibility} />
      </div>
      {description && (
        <p className="text-ink-muted mt-0.5 line-clamp-2 max-w-3xl wrap-anywhere">
          <UserText text={description} />
        </p>
      )}
      <RepositoryFacts repository={repository} />
    </Row>
  );
}

function RepositoryFacts({ repository }: { repository: Repository }) {
  const { empty, pushed_at, updated_at, git_size_bytes, lfs_size_bytes, lfs_object_count } = repository;
  return (
    <p className="text-ink-muted mt-1.5 flex flex-wrap gap-x-4 text-[0.8125rem]">
      <span>
        {empty || !pushed_at ? (
          <>
            Created <Time at={updated_at} />, empty
          </>
        ) : (
          <>
            Pushed <Time at={pushed_at} />
          </>
        )}
      </span>
      {!empty && <span>{formatBytes(git_size_bytes)}</span>}
      {lfs_object_count > 0 && <span>{formatBytes(lfs_size_bytes)} in LFS</span>}
    </p>
  );
}
