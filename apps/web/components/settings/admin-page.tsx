import { ListTodo, ScrollText, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { PageHeader } from '@/components/ui/page-header';
import { PageTitle } from '@/components/ui/page-title';
import type { Tab } from '@/components/ui/tabs';
import { SettingsPage } from './settings-page';

/** Below `/-/`: `/admin/…` are the repositories of the account that is called so. */
export const HUB_AUDIT_PATH = '/-/admin/audit';
export const HUB_QUEUES_PATH = '/-/admin/queues';
export const HUB_USERS_PATH = '/-/admin/users';

const SECTIONS: Tab[] = [
  { id: 'users', label: 'Users', href: HUB_USERS_PATH, icon: Users },
  { id: 'audit', label: 'Audit log', href: HUB_AUDIT_PATH, icon: ScrollText },
  { id: 'queues', label: 'Queues', href: HUB_QUEUES_PATH, icon: ListTodo },
];

interface AdminPageProps {
  active: 'audit' | 'queues' | 'users';
  title: string;
  description: ReactNode;
  children: ReactNode;
}

/** What the hub's administrators look after. */
export function AdminPage({ active, title, description, children }: AdminPageProps) {
  return (
    <SettingsPage sections={SECTIONS} active={active} label="Administration">
      <div>
        <PageTitle title={title} />
        <PageHeader title={title} description={description} />
        <div className="space-y-6">{children}</div>
      </div>
    </SettingsPage>
  );
}
