import { guardedPage } from '@/components/shell/guarded-page';
import { AccountSettings } from '@/components/settings/account-settings';
import { SessionRow } from '@/components/settings/session-row';
import { ListPages } from '@/components/ui/list-pages';
import { Panel } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { readBrowserSessions } from '@/lib/api/account';
import { pageData } from '@/lib/api/page-data';
import { requireUser } from '@/lib/api/viewer';
import { pageNumberIn, type SearchParams } from '@/lib/route-params';

const PATH = '/settings/sessions';

async function Sessions({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireUser(PATH);
  const search = await searchParams;
  const page = pageNumberIn(search);
  const { rows: sessions, hasNext } = await pageData(() => readBrowserSessions(page), { path: PATH });
  return (
    <AccountSettings
      active="sessions"
      title="Sessions"
      description="The browsers in which you are signed in. End what you do not recognise, then change your password."
      search={search}
    >
      <Panel label="Sessions">
        <RowList label="Sessions">
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </RowList>
      </Panel>
      <ListPages path={PATH} page={page} hasNext={hasNext} />
    </AccountSettings>
  );
}

export default guardedPage(Sessions);
