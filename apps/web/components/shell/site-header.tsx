import type { Viewer } from '@granary/api-contract';
import { Plus } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { Link } from '@/components/ui/link';
import { Logo } from '@/components/ui/logo';
import { readTheme } from '@/lib/theme';
import { SearchField } from './search-field';
import { SignInLink } from './sign-in-link';
import { ThemeMenu } from './theme-menu';
import { UserMenu } from './user-menu';

export async function SiteHeader({ viewer }: { viewer: Viewer }) {
  const { user, registration } = viewer;
  return (
    <header className="border-line bg-surface border-b">
      <div className="mx-auto flex h-14 max-w-7xl items-center gap-2 px-4 sm:gap-3 sm:px-6">
        <Link
          href="/"
          className="rounded-control flex shrink-0 items-center gap-2 text-base font-semibold tracking-tight"
        >
          <Logo className="text-accent size-6" />
          <span className="sr-only sm:not-sr-only">Granary</span>
        </Link>
        <div className="min-w-0 flex-1 sm:ml-3">
          <SearchField />
        </div>
        <nav aria-label="Site" className="flex shrink-0 items-center gap-1">
          {/* A phone has no room for it here; the foot of the page has. */}
          <ButtonLink href="/explore" variant="ghost" size="small" className="max-sm:hidden">
            Explore
          </ButtonLink>
          <ThemeMenu current={await readTheme()} />
          {user ? (
            <>
              <ButtonLink href="/new" size="small" variant="ghost" square>
                <Plus aria-hidden />
                <span className="sr-only">New repository</span>
              </ButtonLink>
              <UserMenu user={user} />
            </>
          ) : (
            <>
              <SignInLink />
              {registration === 'open' && (
                <ButtonLink href="/register" size="small" variant="primary" className="max-sm:hidden">
                  Register
                </ButtonLink>
              )}
            </>
          )}
        </nav>
      </div>
    </header>
  );
}
