import type { ReactNode } from 'react';
import { SideNav } from '@/components/ui/side-nav';
import type { Tab } from '@/components/ui/tabs';

interface SettingsPageProps {
  sections: Tab[];
  active: string;
  label: string;
  children: ReactNode;
}

/** Settings: their sections beside one of them. */
export function SettingsPage({ sections, active, label, children }: SettingsPageProps) {
  return (
    <div className="flex flex-col gap-x-10 gap-y-5 md:flex-row">
      <SideNav tabs={sections} active={active} label={label} />
      <div className="max-w-3xl min-w-0 flex-1 space-y-6">{children}</div>
    </div>
  );
}
