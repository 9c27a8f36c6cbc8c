import type { ReactNode } from 'react';
import { Logo } from '@/components/ui/logo';
import { PageTitle } from '@/components/ui/page-title';
import { Panel } from '@/components/ui/panel';

interface EntrancePageProps {
  title: string;
  children: ReactNode;
  footer: ReactNode;
}

/** Signing in and registering: one narrow panel. */
export function EntrancePage({ title, children, footer }: EntrancePageProps) {
  return (
    <div className="mx-auto max-w-sm py-6 sm:py-12">
      <PageTitle title={title} />
      <div className="mb-6 flex flex-col items-center gap-3">
        <Logo className="text-accent size-10" />
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
      </div>
      <Panel className="p-5 sm:p-6">{children}</Panel>
      <p className="text-ink-muted mt-5 text-center">{footer}</p>
    </div>
  );
}
