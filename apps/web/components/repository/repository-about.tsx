import type { Repository } from '@granary/api-contract';
import { Database, HardDrive } from 'lucide-react';
import { UserText } from '@/components/ui/user-text';
import { countOf, formatBytes } from '@/lib/text/quantity';

/** What the repository is for, and how much it holds. */
export function RepositoryAbout({ repository }: { repository: Repository }) {
  const { description, git_size_bytes, lfs_size_bytes, lfs_object_count, empty } = repository;
  if (!description && empty) return null;
  return (
    <div className="mb-4 flex flex-wrap items-baseline justify-between gap-x-8 gap-y-2">
      {description && (
        <p className="max-w-3xl wrap-anywhere">
          <UserText text={description} />
        </p>
      )}
      {!empty && (
        <ul className="text-ink-muted flex flex-wrap gap-x-5 gap-y-1 text-[0.8125rem]">
          <li className="flex items-center gap-1.5">
            <Database aria-hidden className="size-3.5" />
            {formatBytes(git_size_bytes)} in Git
          </li>
          {lfs_object_count > 0 && (
            <li className="flex items-center gap-1.5">
              <HardDrive aria-hidden className="size-3.5" />
              {formatBytes(lfs_size_bytes)} in {countOf(lfs_object_count, 'LFS object')}
            </li>
          )}
        </ul>
      )}
    </div>
  );
}
