import { guardedPage } from '@/components/shell/guarded-page';
import { Ticket } from 'lucide-react';
import { AccountSettings } from '@/components/settings/account-settings';
import { TokenForm } from '@/components/settings/token-form';
import { TokenRow } from '@/components/settings/token-row';
import { EmptyState } from '@/components/ui/empty-state';
import { ListPages } from '@/components/ui/list-pages';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { readAccessTokens } from '@/lib/api/account';
import { pageData } from '@/lib/api/page-data';
import { requireUser } from '@/lib/api/viewer';
import { pageNumberIn, type SearchParams } from '@/lib/route-params';

const PATH = '/settings/tokens';

async function AccessTokens({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const user = await requireUser(PATH);
  const search = await searchParams;
  const page = pageNumberIn(search);
  const { rows: tokens, hasNext } = await pageData(() => readAccessTokens(page), { path: PATH });
  return (
    <AccountSettings
      active="tokens"
      title="Access tokens"
      description="Passwords for scripts and for Git over HTTP, each with no more rights than it needs."
      search={search}
    >
      <Panel label="New token">
        <PanelHeader title="New token" />
        <div className="p-4 sm:p-5">
          <TokenForm isAdmin={user.site_admin} />
        </div>
      </Panel>
      <Panel label="Your tokens">
        <PanelHeader title="Your tokens" />
        {tokens.length > 0 ? (
          <RowList label="Your tokens">
            {tokens.map((token) => (
              <TokenRow key={token.id} token={token} />
            ))}
          </RowList>
        ) : (
          <EmptyState icon={Ticket} title="No tokens yet" />
        )}
      </Panel>
      <ListPages path={PATH} page={page} hasNext={hasNext} />
    </AccountSettings>
  );
}

export default guardedPage(AccessTokens);
