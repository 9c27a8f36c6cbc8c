import { guardedPage } from '@/components/shell/guarded-page';
import { AccountSettings } from '@/components/settings/account-settings';
import { DeletedRepositories } from '@/components/settings/deleted-repositories';
import { PasswordForm, ProfileForm } from '@/components/settings/profile-forms';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { requireUser } from '@/lib/api/viewer';
import { pageNumberIn, type SearchParams } from '@/lib/route-params';

const PATH = '/settings/profile';

async function Profile({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const search = await searchParams;
  const user = await requireUser(PATH);
  return (
    <AccountSettings
      active="profile"
      title="Profile"
      description="How others see you, and how you get in."
      search={search}
    >
      <Panel label="Profile">
        <PanelHeader title="About you" />
        <div className="p-4 sm:p-5">
          <ProfileForm user={user} />
        </div>
      </Panel>
      <Panel label="Password">
        <PanelHeader title="Password" description="Other browsers are signed out when it changes." />
        <div className="p-4 sm:p-5">
          <PasswordForm login={user.login} />
        </div>
      </Panel>
      <DeletedRepositories page={pageNumberIn(search)} path={PATH} />
    </AccountSettings>
  );
}

export default guardedPage(Profile);
