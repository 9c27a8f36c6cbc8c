import type { Viewer } from '@granary/api-contract';
import type { ReactNode } from 'react';
import { failureAnswer } from '@/components/shell/failure-answer';
import { NavigationProgress } from '@/components/shell/navigation-progress';
import { SiteFooter } from '@/components/shell/site-footer';
import { SiteHeader } from '@/components/shell/site-header';
import { getViewer } from '@/lib/api/viewer';

export default async function HubLayout({ children }: { children: ReactNode }) {
  let viewer: Viewer;
  try {
    viewer = await getViewer();
  } catch (error) {
    return <main className="mx-auto max-w-xl py-16">{await failureAnswer(error)}</main>;
  }
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
