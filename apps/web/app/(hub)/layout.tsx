import type { ReactNode } from 'react';
import { NavigationProgress } from '@/components/shell/navigation-progress';
import { SiteFooter } from '@/components/shell/site-footer';
import { SiteHeader } from '@/components/shell/site-header';
import { getViewer } from '@/lib/api/viewer';

export default async function HubLayout({ children }: { children: ReactNode }) {
  const viewer = await getViewer();
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="bg-primary text-on-primary rounded-control absolute top-2 left-2 z-50 -translate-y-16 px-3 py-1.5 font-medium focus:translate-y-0"
      >
        Skip to the content
      </a>
      <NavigationProgress />
      <SiteHeader viewer={viewer} />
      <main id="content" tabIndex={-1} className="mx-auto w-full max-w-7xl flex-1 px-4 py-6 outline-none sm:px-6">
        {children}
      </main>
      <SiteFooter version={viewer.version} />
    </div>
  );
}
