import type { PathLock } from '@granary/api-contract';
import { Lock } from 'lucide-react';
import { Badge } from '@/components/ui/badge';
import { Link } from '@/components/ui/link';
import { Time } from '@/components/ui/time';
import { locksUrl, type RepositoryName } from '@/lib/repository-url';

/** Beside the file itself: it leads to the lock. */
export function LockBadge({ repository, path, lock }: { repository: RepositoryName; path: string; lock: PathLock }) {
  return (
    <Link href={`${locksUrl(repository)}?${new URLSearchParams({ q: path })}`} className="rounded-full hover:underline">
      <Badge tone="warning">
        <Lock aria-hidden />
        <span className="min-w-0 wrap-anywhere whitespace-normal">
          Locked by {lock.owner}, <Time at={lock.locked_at} />
        </span>
      </Badge>
    </Link>
  );
}
