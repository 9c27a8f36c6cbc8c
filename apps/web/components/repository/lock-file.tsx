import type { BlobPage } from '@granary/api-contract';
import { Lock } from 'lucide-react';
import { DeleteForm } from '@/components/forms/delete-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { UserText } from '@/components/ui/user-text';
import { lockFile } from '@/lib/actions/lock';
import { nameOf } from './repository-page';

/** For files that cannot be merged; in text, locks are rarely what helps. */
export function mayLock({ repository, at, kind, lfs, lock }: BlobPage): boolean {
  const isMergeable = lfs === null && (kind === 'text' || kind === 'symlink');
  return repository.permissions.push && at.kind === 'branch' && lock === null && !isMergeable;
}

export function LockFile({ blob: { repository, at } }: { blob: BlobPage }) {
  return (
    <DeleteForm
      action={lockFile}
      trigger={
        <>
          <Lock aria-hidden />
          <span className="max-sm:sr-only">Lock</span>
        </>
      }
      triggerLook={{}}
      title={
        <>
          Lock <UserText text={at.path} />?
        </>
      }
      consequence={<p>Until you release it, pushes of others that change the file are refused, on every branch.</p>}
      verb="Lock the file"
      verbLook="primary"
    >
      <RepositoryFields repository={nameOf(repository)} />
      <input type="hidden" name="branch" value={at.ref} />
      <input type="hidden" name="path" value={at.path} />
    </DeleteForm>
  );
}
