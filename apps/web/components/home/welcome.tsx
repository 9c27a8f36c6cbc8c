import type { Viewer } from '@granary/api-contract';
import { ArrowRight } from 'lucide-react';
import { ExploreResults } from '@/components/repository/explore-results';
import { ButtonLink } from '@/components/ui/button';
import { Logo } from '@/components/ui/logo';

/** What a visitor sees first: what this is, the way in, and what is public. */
export function Welcome({ viewer }: { viewer: Viewer }) {
  return (
    <>
      <section className="flex flex-col items-center py-12 text-center sm:py-16">
        <Logo className="text-accent mb-5 size-14" />
        <h1 className="text-3xl font-semibold tracking-tight sm:text-4xl">A granary for your code and data</h1>
        <p className="text-ink-muted mt-4 max-w-xl text-base text-balance">
          Git repositories with files of any size: history you can browse, large files that stay out of its way, and
          archives that hold everything.
        </p>
        <div className="mt-7 flex flex-wrap justify-center gap-3">
          <ButtonLink href="/login" variant="primary">
            Sign in
          </ButtonLink>
          {viewer.registration === 'open' && <ButtonLink href="/register">Create an account</ButtonLink>}
        </div>
      </section>
      <section aria-labelledby="public" className="mx-auto max-w-4xl">
        <div className="mb-4 flex items-baseline justify-between gap-4">
          <h2 id="public" className="text-base font-semibold">
            Public repositories
          </h2>
          <ButtonLink href="/explore" variant="ghost" size="small">
            Explore all
            <ArrowRight aria-hidden />
          </ButtonLink>
        </div>
        <ExploreResults q="" page={1} most={10} level={3} />
      </section>
    </>
  );
}
