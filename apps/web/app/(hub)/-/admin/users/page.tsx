import { guardedPage } from '@/components/shell/guarded-page';
import { Flash } from '@/components/forms/flash';
import { AdminPage, HUB_USERS_PATH } from '@/components/settings/admin-page';
import { UserRow } from '@/components/settings/user-row';
import { ListPages } from '@/components/ui/list-pages';
import { Panel } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { pageData } from '@/lib/api/page-data';
import { readUsers } from '@/lib/api/users';
import { requireUser } from '@/lib/api/viewer';
import { pageNumberIn, type SearchParams } from '@/lib/route-params';

const pathOf = (page: number) => (page === 1 ? HUB_USERS_PATH : `${HUB_USERS_PATH}?page=${page}`);

async function HubUsers({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const search = await searchParams;
  const page = pageNumberIn(search);
  const viewer = await requireUser(pathOf(page));
  const { rows: users, hasNext } = await pageData(() => readUsers(page), { path: pathOf(page) });
  return (
    <AdminPage
      active="users"
      title="Users"
      description="The accounts of this hub. A disabled one signs in nowhere; new passwords and tokens are for the command line (npx granary --help)."
    >
      <Flash search={search} />
      <Panel label="Users">
        <RowList label="Users">
          {users.map((user) => (
            <UserRow key={user.id} user={user} isSelf={user.login === viewer.login} />
          ))}
        </RowList>
      </Panel>
      <ListPages path={HUB_USERS_PATH} page={page} hasNext={hasNext} />
    </AdminPage>
  );
}

export default guardedPage(HubUsers);
