import type { FileLock, Repository } from '@granary/api-contract';
import { Lock, TimerOff } from 'lucide-react';
import { ActionForm } from '@/components/forms/action-form';
import { DeleteForm } from '@/components/forms/delete-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { SubmitButton } from '@/components/forms/submit-button';
import { Badge } from '@/components/ui/badge';
import { Link } from '@/components/ui/link';
import { Row } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { UserText } from '@/components/ui/user-text';
import { releaseLock, takeOverLock } from '@/lib/actions/lock';
import { blobUrl, branchRef, namespaceUrl, treeUrl } from '@/lib/repository-url';
import { formatExact } from '@/lib/text/moment';
import { visibleName } from '@/lib/text/visible-text';
import { nameOf } from './repository-page';

interface LockRowProps {
  repository: Repository;
  lock: FileLock;
  /** Null: nobody is signed in. */
  viewer: string | null;
}

export function LockRow({ repository, lock, viewer }: LockRowProps) {
  const isOwn = lock.owner.login === viewer;
  const { push, maintain } = repository.permissions;
  return (
    <Row
      actions={
        (isOwn && push && <Release repository={repository} lock={lock} />) ||
        (!isOwn && maintain && <TakeAway repository={repository} lock={lock} />)
      }
    >
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span className="flex min-w-0 items-center gap-2.5">
          <Lock aria-hidden className="text-ink-muted size-4 shrink-0" />
          <LockedPath repository={repository} lock={lock} />
        </span>
        {isOwn && <Badge tone="accent">yours</Badge>}
        {lock.stale && (
          <Badge>
            <TimerOff aria-hidden />
            <span className="whitespace-normal">{lock.stale.message.replace(/\.$/, '')}</span>
          </Badge>
        )}
      </div>
      <LockFacts repository={repository} lock={lock} />
    </Row>
  );
}

function LockedPath({ repository, lock }: Omit<LockRowProps, 'viewer'>) {
  const path = visibleName(lock.path);
  const look = 'font-mono text-[0.8125rem] font-medium wrap-anywhere';
  if (lock.html_url === null)
    return (
      <span className={look}>
        <bdi>{path}</bdi>
      </span>
    );
  const href = blobUrl(nameOf(repository), branchRef(repository.default_branch), lock.path);
  return (
    <Link href={href} className={`${look} hover:underline`}>
      <bdi>{path}</bdi>
    </Link>
  );
}

function LockFacts({ repository, lock }: Omit<LockRowProps, 'viewer'>) {
  const branch = lock.ref?.replace(/^refs\/heads\//, '');
  return (
    <p className="text-ink-muted mt-1 text-[0.8125rem] wrap-anywhere">
      <Link
        href={namespaceUrl(lock.owner.login)}
        className="text-ink decoration-line-strong underline underline-offset-3 hover:decoration-current"
      >
        {lock.owner.login}
      </Link>
      {', '}
      <Time at={lock.locked_at} />
      <span className="max-sm:hidden"> ({formatExact(new Date(lock.locked_at))})</span>
      {branch && (
        <>
          {', for '}
          <Link
            href={treeUrl(nameOf(repository), branchRef(branch))}
            className="hover:text-ink font-mono hover:underline"
          >
            <UserText text={branch} />
          </Link>
        </>
      )}
    </p>
  );
}

function Fields({ repository, lock }: Omit<LockRowProps, 'viewer'>) {
  return (
    <>
      <RepositoryFields repository={nameOf(repository)} />
      <input type="hidden" name="id" value={lock.id} />
    </>
  );
}

function Release({ repository, lock }: Omit<LockRowProps, 'viewer'>) {
  return (
    <ActionForm action={releaseLock} className="max-w-xs space-y-2">
      <Fields repository={repository} lock={lock} />
      <SubmitButton variant="secondary" size="small">
        Release<span className="sr-only"> {visibleName(lock.path)}</span>
      </SubmitButton>
    </ActionForm>
  );
}

/** What a maintainer may do with the lock of somebody else. */
function TakeAway({ repository, lock }: Omit<LockRowProps, 'viewer'>) {
  const [path, owner] = [visibleName(lock.path), lock.owner.login];
  const unsaved = `${owner} may have changes of it that are not pushed yet. Ask first, if you can.`;
  const name = <span className="sr-only"> {path}</span>;
  return (
    <>
      <DeleteForm
        action={takeOverLock}
        trigger={<>Take over{name}</>}
        triggerLook={{ variant: 'secondary', size: 'small' }}
        title={
          <>
            Take over the lock of <bdi>{path}</bdi>?
          </>
        }
        consequence={
          <>
            <p>It becomes yours at once, and {owner}’s pushes of the file are refused.</p>
            <p>{unsaved}</p>
          </>
        }
        verb="Take over the lock"
        verbLook="primary"
      >
        <Fields repository={repository} lock={lock} />
      </DeleteForm>
      <DeleteForm
        action={releaseLock}
        trigger={<>Force release{name}</>}
        title={
          <>
            Release the lock of <bdi>{path}</bdi>?
          </>
        }
        consequence={
          <>
            <p>Everybody who may write can push the file then.</p>
            <p>{unsaved}</p>
          </>
        }
        verb="Release the lock"
      >
        <Fields repository={repository} lock={lock} />
        <input type="hidden" name="force" value="true" />
      </DeleteForm>
    </>
  );
}
