import { FolderGit2 } from 'lucide-react';
import { TextLink } from '@/components/ui/link';

/** A commit of another repository, which stands here in the place of a directory. */
export function SubmoduleView({ oid, url }: { oid: string; url: string | null }) {
  const commit = <code className="font-mono">{oid.slice(0, 10)}</code>;
  return (
    <p className="flex items-center gap-2.5 px-4 py-6 sm:px-6">
      <FolderGit2 aria-hidden className="text-ink-muted size-4 shrink-0" />
      <span className="wrap-anywhere">
        {url ? (
          <>
            The files are in another repository: <TextLink href={url}>see them at {commit}</TextLink>.
          </>
        ) : (
          <>The files are in another repository, at {commit}, whose address this commit does not tell.</>
        )}
      </span>
    </p>
  );
}
