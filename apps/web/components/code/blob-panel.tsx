import { HIDDEN_IN_NAME, isMarkdown, type BlobPage } from '@granary/api-contract';
import { Download, FileCode2, FileText, Link2 } from 'lucide-react';
import { nameOf } from '@/components/repository/repository-page';
import { LockBadge } from '@/components/repository/lock-mark';
import { LfsBadge } from '@/components/repository/lfs-badge';
import { Badge } from '@/components/ui/badge';
import { ButtonLink } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Panel } from '@/components/ui/panel';
import { blobUrl, commitRef } from '@/lib/repository-url';
import { countOf, formatBytes } from '@/lib/text/quantity';
import { BlobContent, rawOf } from './blob-content';
import { GoToLine } from './go-to-line';

const EXECUTABLE = '100755';

/** How the content is shown: as what it means, or as what was written. */
export type BlobLook = 'rendered' | 'source';

export function lookOf(blob: BlobPage, plain: boolean): BlobLook {
  return blob.kind === 'text' && (plain || !isMarkdown(blob.at.path)) ? 'source' : 'rendered';
}

export function BlobPanel({ blob, look }: { blob: BlobPage; look: BlobLook }) {
  return (
    <Panel label="File" className="overflow-hidden">
      <div className="border-line bg-sunken flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-2">
        <BlobFacts blob={blob} />
        <div className="ml-auto flex flex-wrap items-center gap-1.5">
          {blob.rendered?.form === 'lines' && <GoToLine />}
          <BlobActions blob={blob} look={look} />
        </div>
      </div>
      <BlobContent blob={blob} look={look} />
    </Panel>
  );
}

function lineCount(text: string): number {
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** What has no size of its own. */
const KINDS: Partial<Record<BlobPage['kind'], string>> = { symlink: 'Symbolic link', submodule: 'Submodule' };

function BlobFacts({ blob }: { blob: BlobPage }) {
  return (
    <p className="text-ink-muted flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] tabular-nums">
      {blob.kind === 'text' && blob.text !== null && <span>{countOf(lineCount(blob.text), 'line')}</span>}
      <span>{KINDS[blob.kind] ?? formatBytes(blob.size_bytes)}</span>
      {blob.lfs && <LfsBadge lfs={blob.lfs} />}
      {blob.lock && <LockBadge repository={nameOf(blob.repository)} path={blob.at.path} lock={blob.lock} />}
      {blob.mode === EXECUTABLE && <Badge>Executable</Badge>}
    </p>
  );
}

function BlobActions({ blob, look }: { blob: BlobPage; look: BlobLook }) {
  const { at, kind, lfs } = blob;
  const raw = rawOf(blob);
  const name = nameOf(blob.repository);
  const absent = lfs !== null && !lfs.present;
  const isText = kind === 'text';
  return (
    <>
      {isText && isMarkdown(at.path) && <LookToggle href={blobUrl(name, at, at.path)} look={look} />}
      {at.kind !== 'commit' && (
        <ButtonLink
          href={
            blobUrl(name, commitRef(at.sha), at.path) +
            (isText && look === 'source' && isMarkdown(at.path) ? '?plain=1' : '')
          }
          size="small"
          variant="ghost"
        >
          <Link2 aria-hidden />
          <span className="max-sm:sr-only">Permalink</span>
        </ButtonLink>
      )}
      {isText && <CopyButton source={{ url: raw }} label="Copy the file" />}
      {isText && (
        <ButtonLink external href={raw} size="small">
          Raw
        </ButtonLink>
      )}
      {!KINDS[kind] && !absent && <DownloadLink href={raw} path={at.path} />}
    </>
  );
}

function DownloadLink({ href, path }: { href: string; path: string }) {
  return (
    <ButtonLink external download={path.split('/').at(-1)?.replace(HIDDEN_IN_NAME, '_')} href={href} size="small">
      <Download aria-hidden />
      <span className="max-sm:sr-only">Download</span>
    </ButtonLink>
  );
}

function LookToggle({ href, look }: { href: string; look: BlobLook }) {
  return look === 'rendered' ? (
    <ButtonLink href={`${href}?plain=1`} size="small">
      <FileCode2 aria-hidden />
      Source
    </ButtonLink>
  ) : (
    <ButtonLink href={href} size="small">
      <FileText aria-hidden />
      Preview
    </ButtonLink>
  );
}
