import type { BlobPage } from '@granary/api-contract';
import { FileDigit, FileWarning } from 'lucide-react';
import { nameOf } from '@/components/repository/repository-page';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { hasBidiControls, hasBidiOverrides, visibleName } from '@/lib/text/visible-text';
import { mediaKindOf } from '@/lib/media';
import { rawUrl } from '@/lib/repository-url';
import { formatBytes } from '@/lib/text/quantity';
import type { BlobLook } from './blob-panel';
import { ImageView } from './image-view';
import { LfsFacts } from './lfs-facts';
import { MediaView } from './media-view';
import { RenderedView } from './rendered-view';
import { SubmoduleView } from './submodule-view';
import { SymlinkView } from './symlink-view';

/** Relative, unlike the API's `raw_url`: the hub may be visited under another name than its configured one. */
export function rawOf({ repository, at }: BlobPage): string {
  return rawUrl(nameOf(repository), at, at.path);
}

export function BlobContent({ blob, look }: { blob: BlobPage; look: BlobLook }) {
  const { kind, lfs, at } = blob;
  if (lfs && !lfs.present) return <LfsFacts lfs={lfs} />;
  if (kind === 'text') return <TextContent blob={blob} look={look} text={blob.text ?? ''} />;
  if (kind === 'symlink') return <SymlinkView repository={nameOf(blob.repository)} at={at} target={blob.text ?? ''} />;
  if (kind === 'submodule') return <SubmoduleView oid={blob.oid} url={blob.submodule_url} />;
  const label = visibleName(at.path.split('/').at(-1) ?? '');
  const media = kind === 'binary' ? mediaKindOf(at.path) : null;
  return (
    <>
      {media && <MediaView kind={media} src={rawOf(blob)} label={label} />}
      {kind === 'image' && <ImageView src={rawOf(blob)} alt={label} />}
      {lfs && <LfsFacts lfs={lfs} />}
      {!lfs && !media && kind === 'binary' && (
        <EmptyState icon={FileDigit} title="A binary file, which cannot be shown here" />
      )}
      {kind === 'too_large' && (
        <EmptyState icon={FileWarning} title={`${formatBytes(blob.size_bytes)} are too much to show here`}>
          <p>Download the file to look at it.</p>
        </EmptyState>
      )}
    </>
  );
}

function TextContent({ blob, look, text }: { blob: BlobPage; look: BlobLook; text: string }) {
  if (text === '') return <p className="text-ink-muted px-4 py-10 text-center">This file is empty.</p>;
  // Prose may hold the marks that its language needs.
  const isTurned = blob.rendered?.form === 'markdown' ? hasBidiOverrides(text) : hasBidiControls(text);
  return (
    <>
      {isTurned && (
        <Notice tone="warning" title="This file reorders its own text" className="m-4">
          <p>
            It holds Unicode characters that change the order in which text is displayed, so it may read differently
            from what a compiler sees. They are marked below.
          </p>
        </Notice>
      )}
      {blob.rendered && <RenderedView rendered={blob.rendered} isProse={look === 'rendered'} />}
    </>
  );
}
