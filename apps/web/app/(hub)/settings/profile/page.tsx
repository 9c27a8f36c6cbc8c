import { guardedPage } from '@/components/shell/guarded-page';
import { AccountSettings } from '@/components/settings/account-settings';
import { DeletedRepositories } from '@/components/settings/deleted-repositories';
import { PasswordForm, ProfileForm } from '@/components/settings/profile-forms';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { requireUser } from '@/lib/api/viewer';
import type { SearchParams } from '@/lib/route-params';

async function Profile({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const user = await requireUser('/settings/profile');
  return (
    <AccountSettings
      active="profile"
      title="Profile"
      description="How others see you, and how you get in."
      search={await searchParams}
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
      <DeletedRepositories />
    </AccountSettings>
  );
}

export default guardedPage(Profile);
