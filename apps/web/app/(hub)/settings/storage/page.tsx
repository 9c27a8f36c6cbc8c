import { guardedPage } from '@/components/shell/guarded-page';
import { AccountSettings } from '@/components/settings/account-settings';
import { QuotaPanel } from '@/components/settings/quota-panel';
import { RepositorySizes } from '@/components/settings/repository-sizes';
import { pageData } from '@/lib/api/page-data';
import { readNamespaceQuota } from '@/lib/api/storage';
import { requireUser } from '@/lib/api/viewer';

const PATH = '/settings/storage';

async function Storage() {
  const { login } = await requireUser(PATH);
  const quota = await pageData(() => readNamespaceQuota(login), { path: PATH });
  return (
    <AccountSettings
      active="storage"
      title="Storage"
      description="What your repositories take, and how much they may. An administrator of the hub sets the limits."
    >
      <QuotaPanel storageClass="private" quota={quota.private} />
      <QuotaPanel storageClass="public" quota={quota.public} />
      <RepositorySizes quota={quota} />
    </AccountSettings>
  );
}

export default guardedPage(Storage);
