import { HardDrive, KeyRound, MonitorSmartphone, Ticket, UserRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { Flash } from '@/components/forms/flash';
import { PageHeader } from '@/components/ui/page-header';
import { PageTitle } from '@/components/ui/page-title';
import type { Tab } from '@/components/ui/tabs';
import type { SearchParams } from '@/lib/route-params';
import { OwnQuotaNotice } from './quota-notice';
import { SettingsPage } from './settings-page';

const SECTIONS: Tab[] = [
  { id: 'profile', label: 'Profile', href: '/settings/profile', icon: UserRound },
  { id: 'keys', label: 'Keys', href: '/settings/keys', icon: KeyRound },
  { id: 'tokens', label: 'Access tokens', href: '/settings/tokens', icon: Ticket },
  { id: 'sessions', label: 'Sessions', href: '/settings/sessions', icon: MonitorSmartphone },
  { id: 'storage', label: 'Storage', href: '/settings/storage', icon: HardDrive },
];

interface AccountSettingsProps {
  active: 'profile' | 'keys' | 'tokens' | 'sessions' | 'storage';
  title: string;
  description: ReactNode;
  search?: SearchParams;
  children: ReactNode;
}

export function AccountSettings({ active, title, description, search = {}, children }: AccountSettingsProps) {
  return (
    <SettingsPage sections={SECTIONS} active={active} label="Account settings">
      <div>
        <PageTitle title={title} />
        <Flash search={search} />
        <PageHeader title={title} description={description} />
        <div className="mb-6 empty:hidden">
          <OwnQuotaNotice />
        </div>
        <div className="space-y-6">{children}</div>
      </div>
    </SettingsPage>
  );
}
