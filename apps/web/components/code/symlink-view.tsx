import type { At } from '@granary/api-contract';
import { CornerDownRight } from 'lucide-react';
import { TextLink } from '@/components/ui/link';
import { UserText } from '@/components/ui/user-text';
import { blobUrl, type RepositoryName } from '@/lib/repository-url';
import { linkTarget } from '@/lib/symlink';

interface SymlinkViewProps {
  repository: RepositoryName;
  at: At;
  target: string;
}

/** Where a symbolic link points; followed by its reader, never by the hub. */
export function SymlinkView({ repository, at, target }: SymlinkViewProps) {
  const path = linkTarget(at.path, target);
  return (
    <p className="flex items-center gap-2.5 px-4 py-6 sm:px-6">
      <CornerDownRight aria-hidden className="text-ink-muted size-4 shrink-0" />
      <span className="wrap-anywhere">
        Points to{' '}
        {path ? (
          <TextLink href={blobUrl(repository, at, path)} className="font-mono">
            <UserText text={target} />
          </TextLink>
        ) : (
          <>
            <code className="font-mono">
              <UserText text={target} />
            </code>
            , which is outside this repository.
          </>
        )}
      </span>
    </p>
  );
}
