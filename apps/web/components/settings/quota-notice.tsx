import { unstable_rethrow } from 'next/navigation';
import { Notice } from '@/components/ui/notice';
import { readNamespaceQuota, readRepositoryStorage } from '@/lib/api/storage';
import { getViewer } from '@/lib/api/viewer';
import { quotaWarnings, type QuotaWarning } from '@/lib/quota-texts';
import type { RepositoryName } from '@/lib/repository-url';

/** A page about something else does without what the viewer may not read, or the hub cannot say right now. */
async function warningsOf(read: () => Promise<QuotaWarning[]>): Promise<QuotaWarning[]> {
  try {
    return await read();
  } catch (error) {
    unstable_rethrow(error);
    return [];
  }
}

/** Limits that are near in the viewer's own namespace; nothing when none is. */
export async function OwnQuotaNotice() {
  const { user } = await getViewer();
  if (!user) return null;
  const warnings = await warningsOf(async () => {
    const quota = await readNamespaceQuota(user.login);
    return [...quotaWarnings('public', quota.public), ...quotaWarnings('private', quota.private)];
  });
  return <Warnings warnings={warnings} namespace={user.login} />;
}

/** Limits that are near where the repository belongs. */
export async function RepositoryQuotaNotice({ repository }: { repository: RepositoryName }) {
  const warnings = await warningsOf(async () => {
    const storage = await readRepositoryStorage(repository);
    return quotaWarnings(storage.class, storage.quota);
  });
  return <Warnings warnings={warnings} namespace={repository.owner} />;
}

function Warnings({ warnings, namespace }: { warnings: QuotaWarning[]; namespace: string }) {
  if (warnings.length === 0) return null;
  const isFull = warnings.some(({ full }) => full);
  return (
    <Notice
      tone={isFull ? 'danger' : 'warning'}
      title={isFull ? `${namespace} has reached a limit` : `${namespace} is close to a limit`}
    >
      <ul>
        {warnings.map(({ key, text }) => (
          <li key={key}>{text}</li>
        ))}
      </ul>
    </Notice>
  );
}
