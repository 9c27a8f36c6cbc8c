import type { PathLock } from '@granary/api-contract';
import { Lock } from 'lucide-react';
import { Badge } from '@/components/ui/badge';
import { Link } from '@/components/ui/link';
import { Time } from '@/components/ui/time';
import { locksUrl, type RepositoryName } from '@/lib/repository-url';
import { requestTime } from '@/lib/request-time';
import { formatRelative } from '@/lib/text/moment';

/** In a list of files: who holds it is told where there is room, and on a phone by the sign alone. */
export function LockMark({ lock }: { lock: PathLock }) {
  const text = `Locked by ${lock.owner}, ${formatRelative(new Date(lock.locked_at), requestTime())}`;
  return (
    <span title={text} className="text-warning inline-flex max-w-32 shrink-0 items-center gap-1 text-[0.8125rem]">
      <Lock aria-hidden className="size-3.5 shrink-0" />
      <span aria-hidden className="truncate max-sm:hidden">
        {lock.owner}
      </span>
      <span className="sr-only">{text}</span>
    </span>
  );
}

/** Beside the file itself: it leads to the lock. */
export function LockBadge({ repository, path, lock }: { repository: RepositoryName; path: string; lock: PathLock }) {
  return (
    <Link href={`${locksUrl(repository)}?${new URLSearchParams({ q: path })}`} className="rounded-full hover:underline">
      <Badge tone="warning">
        <Lock aria-hidden />
        Locked by {lock.owner}, <Time at={lock.locked_at} />
      </Badge>
    </Link>
  );
}
