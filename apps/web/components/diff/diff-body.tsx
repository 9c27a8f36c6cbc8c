import type { CommitPage, DiffFile, LfsPointerInfo } from '@granary/api-contract';
import type { ReactNode } from 'react';
import { nameOf } from '@/components/repository/repository-page';
import { LfsBadge } from '@/components/repository/lfs-badge';
import { isPreviewableImage } from '@/lib/diff/image';
import { commitRef, fitsRequest, rawUrl } from '@/lib/repository-url';
import { formatBytes } from '@/lib/text/quantity';
import { DiffTable } from './diff-table';
import { ImageChange } from './image-change';

interface DiffBodyProps {
  page: CommitPage;
  file: DiffFile;
  title: string;
}

export function DiffBody({ page, file, title }: DiffBodyProps) {
  if (file.old_lfs || file.new_lfs) {
    return (
      <>
        <LfsChange file={file} />
        <Pictures page={page} file={file} />
      </>
    );
  }
  if (file.binary) {
    return (
      <>
        <Remark>A binary file{file.status === 'modified' && ' has changed'}.</Remark>
        <Pictures page={page} file={file} />
      </>
    );
  }
  if (file.truncated) return <Remark>This change is too large to show here.</Remark>;
  if (file.hunks.length === 0)
    return <Remark>{file.status === 'renamed' ? 'Only the name has changed.' : 'No line has changed.'}</Remark>;
  return <DiffTable file={file} label={`Changes to ${title}`} />;
}

function Remark({ children }: { children: ReactNode }) {
  return <p className="text-ink-muted px-4 py-4">{children}</p>;
}

interface VersionProps {
  label: string;
  lfs: LfsPointerInfo | null;
  /** What to say where it is not in LFS. */
  otherwise: string;
}

function Version({ label, lfs, otherwise }: VersionProps) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-muted text-[0.8125rem]">{label}</dt>
      <dd className="flex flex-wrap items-center gap-2">
        {lfs ? (
          <>
            <span className="font-medium">{formatBytes(lfs.size_bytes)}</span>
            <code className="text-ink-muted font-mono text-[0.8125rem]" title={lfs.oid}>
              {lfs.oid.slice(0, 12)}
            </code>
            <LfsBadge lfs={lfs} />
          </>
        ) : (
          <span className="text-ink-muted">{otherwise}</span>
        )}
      </dd>
    </div>
  );
}

function LfsChange({ file: { old_path, new_path, old_lfs, new_lfs } }: { file: DiffFile }) {
  return (
    <dl className="grid gap-x-8 gap-y-3 px-4 py-4 sm:grid-cols-2">
      <Version label="Before" lfs={old_lfs} otherwise={old_path === null ? 'No such file' : 'Not in Git LFS'} />
      <Version label="After" lfs={new_lfs} otherwise={new_path === null ? 'Deleted' : 'Not in Git LFS'} />
    </dl>
  );
}

/** The picture before and after, where this repository holds it. */
function Pictures({ page, file }: { page: CommitPage; file: DiffFile }) {
  const { commit, repository } = page;
  const name = nameOf(repository);
  const parent = commit.parents[0];
  const absent = (lfs: LfsPointerInfo | null) => lfs !== null && !lfs.present;
  const shown = (path: string | null, lfs: LfsPointerInfo | null): path is string =>
    path !== null && isPreviewableImage(path) && !absent(lfs);
  const pictureAt = (sha: string, path: string) => {
    const address = rawUrl(name, commitRef(sha), path);
    return fitsRequest(address) ? address : null;
  };
  const before = parent && shown(file.old_path, file.old_lfs) ? pictureAt(parent, file.old_path) : null;
  const after = shown(file.new_path, file.new_lfs) ? pictureAt(commit.sha, file.new_path) : null;
  return before || after ? <ImageChange before={before} after={after} /> : null;
}
