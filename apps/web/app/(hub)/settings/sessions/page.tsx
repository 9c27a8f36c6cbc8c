import { guardedPage } from '@/components/shell/guarded-page';
import { AccountSettings } from '@/components/settings/account-settings';
import { SessionRow } from '@/components/settings/session-row';
import { Panel } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { readBrowserSessions } from '@/lib/api/account';
import { pageData } from '@/lib/api/page-data';
import { requireUser } from '@/lib/api/viewer';
import type { SearchParams } from '@/lib/route-params';

const PATH = '/settings/sessions';

async function Sessions({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireUser(PATH);
  const sessions = await pageData(readBrowserSessions, { path: PATH });
  return (
    <AccountSettings
      active="sessions"
      title="Sessions"
      description="The browsers in which you are signed in. End what you do not recognise, then change your password."
      search={await searchParams}
    >
      <Panel label="Sessions">
        <RowList label="Sessions">
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </RowList>
      </Panel>
    </AccountSettings>
  );
}

export default guardedPage(Sessions);
