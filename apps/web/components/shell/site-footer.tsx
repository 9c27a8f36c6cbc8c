import { Link } from '@/components/ui/link';

const linkClass = 'decoration-line hover:text-ink underline underline-offset-3 hover:decoration-current';

export function SiteFooter({ version }: { version: string }) {
  return (
    <footer className="mx-auto mt-auto w-full max-w-7xl px-4 sm:px-6">
      <div className="border-line text-ink-muted flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t py-6 text-[0.8125rem]">
        <p>Granary {version}</p>
        <nav aria-label="More" className="flex gap-5">
          <Link href="/explore" className={linkClass}>
            Explore
          </Link>
          <Link href="/-/help" className={linkClass}>
            Help
          </Link>
        </nav>
      </div>
    </footer>
  );
}
