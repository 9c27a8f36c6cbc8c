import type { RepositoryFrame } from '@granary/api-contract';
import {
  Archive,
  FileCheck,
  HardDrive,
  ScrollText,
  ShieldCheck,
  SlidersHorizontal,
  Users,
  Webhook,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Flash } from '@/components/forms/flash';
import { nameOf, RepositoryPage } from '@/components/repository/repository-page';
import type { Tab } from '@/components/ui/tabs';
import { settingsUrl, type SettingsSection } from '@/lib/repository-url';
import type { SearchParams } from '@/lib/route-params';
import { RepositoryQuotaNotice } from './quota-notice';
import { SettingsPage } from './settings-page';

/** The sections that the viewer's permissions open: maintainers care for webhooks and see the rules, administrators care for everything. */
function sectionsOf({ repository }: RepositoryFrame): Tab[] {
  const name = nameOf(repository);
  const hooks: Tab = { id: 'hooks', label: 'Webhooks', href: settingsUrl(name, 'hooks'), icon: Webhook };
  const rules: Tab[] = [
    { id: 'protection', label: 'Protection', href: settingsUrl(name, 'protection'), icon: ShieldCheck },
    { id: 'push-rules', label: 'Push rules', href: settingsUrl(name, 'push-rules'), icon: FileCheck },
  ];
  const storage: Tab = { id: 'storage', label: 'Storage', href: settingsUrl(name, 'storage'), icon: HardDrive };
  if (!repository.permissions.admin) return [...rules, hooks, storage];
  return [
    { id: 'general', label: 'General', href: settingsUrl(name), icon: SlidersHorizontal },
    { id: 'collaborators', label: 'Collaborators', href: settingsUrl(name, 'collaborators'), icon: Users },
    ...rules,
    hooks,
    { id: 'lfs', label: 'LFS objects', href: settingsUrl(name, 'lfs'), icon: Archive },
    { id: 'audit', label: 'Audit log', href: settingsUrl(name, 'audit'), icon: ScrollText },
    storage,
  ];
}

interface RepositorySettingsProps {
  frame: RepositoryFrame;
  active: SettingsSection;
  title: string;
  search?: SearchParams;
  children: ReactNode;
}

export function RepositorySettings({ frame, active, title, search = {}, children }: RepositorySettingsProps) {
  return (
    <RepositoryPage frame={frame} active="settings" title={title}>
      <Flash search={search} />
      <SettingsPage sections={sectionsOf(frame)} active={active} label="Repository settings">
        <RepositoryQuotaNotice repository={nameOf(frame.repository)} />
        {children}
      </SettingsPage>
    </RepositoryPage>
  );
}
