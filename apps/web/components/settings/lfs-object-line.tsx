import type { LfsNaming } from '@granary/api-contract';
import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import { Link } from '@/components/ui/link';
import { Time } from '@/components/ui/time';
import { UserText } from '@/components/ui/user-text';
import { commitUrl, type RepositoryName } from '@/lib/repository-url';
import { formatBytes } from '@/lib/text/quantity';

interface LfsObjectLineProps {
  repository: RepositoryName;
  object: { oid: string; size_bytes: number; last_named: LfsNaming | null; shared?: boolean };
  children?: ReactNode;
}

/** An object that nothing names any more: what it was, as far as that is known. */
export function LfsObjectLine({ repository, object, children }: LfsObjectLineProps) {
  const { oid, size_bytes, last_named: last, shared } = object;
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <h3 className="font-medium wrap-anywhere">
          {last ? <UserText text={last.path} /> : 'A file of an unknown name'}
        </h3>
        <span className="text-ink-muted">{formatBytes(size_bytes)}</span>
        {shared && <Badge title="Another repository has the same content">shared</Badge>}
      </div>
      <p className="text-ink-muted mt-0.5 font-mono text-[0.8125rem] wrap-anywhere">{oid}</p>
      <p className="text-ink-muted mt-0.5 text-[0.8125rem] wrap-anywhere">
        {last && (
          <>
            Last in <UserText text={last.ref.replace(/^refs\/(heads|tags)\//, '')} /> at{' '}
            <Link href={commitUrl(repository, last.commit)} className="text-accent font-mono hover:underline">
              {last.commit.slice(0, 7)}
            </Link>
            , pushed <Time at={last.pushed_at} />.{' '}
          </>
        )}
        {children}
      </p>
    </>
  );
}
