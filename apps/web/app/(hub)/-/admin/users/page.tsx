import { guardedPage } from '@/components/shell/guarded-page';
import { ArrowLeft, ArrowRight } from 'lucide-react';
import { Flash } from '@/components/forms/flash';
import { AdminPage, HUB_USERS_PATH } from '@/components/settings/admin-page';
import { UserRow } from '@/components/settings/user-row';
import { ButtonLink } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { pageData } from '@/lib/api/page-data';
import { readUsers } from '@/lib/api/users';
import { requireUser } from '@/lib/api/viewer';
import { textIn, type SearchParams } from '@/lib/route-params';

const pathOf = (page: number) => (page === 1 ? HUB_USERS_PATH : `${HUB_USERS_PATH}?page=${page}`);

async function HubUsers({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const search = await searchParams;
  const page = Math.max(1, Number.parseInt(textIn(search, 'page'), 10) || 1);
  const viewer = await requireUser(pathOf(page));
  const { users, hasNext } = await pageData(() => readUsers(page), { path: pathOf(page) });
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
      {(page > 1 || hasNext) && (
        <nav aria-label="Pages" className="flex items-center justify-center gap-3">
          {page > 1 && (
            <ButtonLink href={pathOf(page - 1)} size="small">
              <ArrowLeft aria-hidden />
              Back
            </ButtonLink>
          )}
          {hasNext && (
            <ButtonLink href={pathOf(page + 1)} size="small">
              More
              <ArrowRight aria-hidden />
            </ButtonLink>
          )}
        </nav>
      )}
    </AdminPage>
  );
}

export default guardedPage(HubUsers);
