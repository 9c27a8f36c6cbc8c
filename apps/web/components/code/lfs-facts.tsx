import { lfsPlaceText, type LfsPlace, type LfsPointerInfo } from '@granary/api-contract';
import { HardDrive } from 'lucide-react';
import { CopyButton } from '@/components/ui/copy-button';
import { Notice } from '@/components/ui/notice';
import { formatBytes, formatCount } from '@/lib/text/quantity';

/** What is known of a file in Git LFS, and what to do when its content never came. */
export function LfsFacts({ lfs }: { lfs: LfsPointerInfo }) {
  return (
    <div className="space-y-4 px-4 py-5 sm:px-6">
      {lfs.elsewhere && <Elsewhere place={lfs.elsewhere} />}
      {!lfs.present && !lfs.elsewhere && (
        <Notice tone="danger" title="The content of this file is missing">
          <p>
            The commit names an object that has never been uploaded to this repository. Whoever has the file can send it
            with <code className="font-mono text-[0.8125rem]">git lfs push --all origin</code>.
          </p>
        </Notice>
      )}
      <div className="flex gap-3">
        <HardDrive aria-hidden className="text-ink-muted mt-0.5 size-5 shrink-0" />
        <div className="min-w-0">
          <p className="font-medium">Stored with Git LFS</p>
          <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-5 gap-y-1">
            <dt className="text-ink-muted">Size</dt>
            <dd>
              {formatBytes(lfs.size_bytes)}{' '}
              <span className="text-ink-muted">({formatCount(lfs.size_bytes)} bytes)</span>
            </dd>
            <dt className="text-ink-muted">SHA-256</dt>
            <dd className="flex min-w-0 items-center gap-1">
              <code className="font-mono text-[0.8125rem] break-all">{lfs.oid}</code>
              <CopyButton source={{ text: lfs.oid }} label="Copy the object id" />
            </dd>
          </dl>
        </div>
      </div>
    </div>
  );
}

/** Nothing is wrong: the project keeps its files there, and clients know. */
function Elsewhere({ place }: { place: LfsPlace }) {
  return (
    <Notice tone="info" title="The content of this file is kept elsewhere">
      <p className="break-words">
        At this commit <code className="font-mono text-[0.8125rem]">.lfsconfig</code> names {lfsPlaceText(place)}. This
        repository does not have the object; in a clone,{' '}
        <code className="font-mono text-[0.8125rem]">git lfs pull</code> gets it from there.
      </p>
    </Notice>
  );
}
