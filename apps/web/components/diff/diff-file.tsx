import type { CommitPage, DiffFile } from '@granary/api-contract';
import { ChevronDown, FileSearch } from 'lucide-react';
import { nameOf } from '@/components/repository/repository-page';
import { Badge, type BadgeTone } from '@/components/ui/badge';
import { ButtonLink } from '@/components/ui/button';
import { TextLink } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { UserText } from '@/components/ui/user-text';
import { blobUrl, commitRef, commitUrl, fitsRequest } from '@/lib/repository-url';
import { countOf, formatBytes } from '@/lib/text/quantity';
import { visibleName } from '@/lib/text/visible-text';
import { DiffBody } from './diff-body';
import { DiffStat } from './diff-stat';

const STATUS: Record<DiffFile['status'], { label: string; tone: BadgeTone }> = {
  added: { label: 'added', tone: 'success' },
  deleted: { label: 'deleted', tone: 'danger' },
  modified: { label: 'modified', tone: 'neutral' },
  renamed: { label: 'renamed', tone: 'info' },
  copied: { label: 'copied', tone: 'info' },
  mode_changed: { label: 'mode changed', tone: 'neutral' },
};

/** The one path of a file, or both of a rename. */
function pathsOf({ old_path, new_path }: DiffFile): string[] {
  return [...new Set([old_path, new_path].filter((path) => path !== null))];
}

/** `old → new` for a rename, else the file's one path. */
function diffTitle(file: DiffFile): string {
  return pathsOf(file).map(visibleName).join(' → ');
}

/** As {@link diffTitle}, where neither path can turn the other around. */
export function DiffTitle({ file }: { file: DiffFile }) {
  const [before = '', after] = pathsOf(file);
  return (
    <>
      <UserText text={before} />
      {after !== undefined && (
        <>
          {' → '}
          <UserText text={after} />
        </>
      )}
    </>
  );
}

export function StatusBadge({ status }: { status: DiffFile['status'] }) {
  return status === 'modified' ? null : <Badge tone={STATUS[status].tone}>{STATUS[status].label}</Badge>;
}

interface DiffFilePanelProps {
  page: CommitPage;
  file: DiffFile;
  /** From 0, over all pages of the commit. */
  index: number;
  /** Else its lines are left out, behind a link that brings them. */
  isShown: boolean;
  /** Whether it was asked for by that link. */
  isOpened: boolean;
}

export function fileId(index: number): string {
  return `file-${index + 1}`;
}

/** One changed file; it folds without a script. */
export function DiffFilePanel({ page, file, index, isShown, isOpened }: DiffFilePanelProps) {
  const title = diffTitle(file);
  const name = nameOf(page.repository);
  const address = file.new_path === null ? null : blobUrl(name, commitRef(page.commit.sha), file.new_path);
  return (
    <Panel className="relative overflow-clip">
      <details id={fileId(index)} open className="group/file scroll-mt-4">
        <summary className="bg-sunken hover:bg-hover flex min-h-9 items-center gap-x-3 gap-y-1 max-sm:flex-wrap py-1.5 pr-12 pl-3 -outline-offset-2 pointer-coarse:min-h-11">
          <ChevronDown
            aria-hidden
            className="text-ink-muted size-4 shrink-0 -rotate-90 transition-transform group-open/file:rotate-0"
          />
          <h3 className="min-w-0 flex-1 basis-40 font-mono text-[0.8125rem] font-medium wrap-anywhere">
            <DiffTitle file={file} />
          </h3>
          <StatusBadge status={file.status} />
          {file.old_lfs || file.new_lfs ? (
            <LfsSizes file={file} />
          ) : (
            <DiffStat additions={file.additions} deletions={file.deletions} />
          )}
        </summary>
        <div className="border-line border-t">
          <ModeChange file={file} />
          {isShown ? (
            <DiffBody page={page} file={file} title={title} />
          ) : isOpened ? (
            <p className="text-ink-muted px-4 py-4">This change is too large to show here.</p>
          ) : (
            <p className="px-4 py-4">
              <TextLink
                href={`${commitUrl(name, page.commit.sha)}?page=${page.page}&file=${index + 1}#${fileId(index)}`}
              >
                Show the {countOf(file.additions + file.deletions, 'changed line')}
                <span className="sr-only"> of {title}</span>
              </TextLink>
            </p>
          )}
        </div>
      </details>
      {address !== null && fitsRequest(address) && (
        // Beside the summary and not in it: a button that folds cannot hold a link.
        <ButtonLink
          href={address}
          variant="ghost"
          size="small"
          square
          className="absolute top-0.5 right-1"
          title="View the file at this commit"
        >
          <FileSearch aria-hidden />
          <span className="sr-only">View {title} at this commit</span>
        </ButtonLink>
      )}
    </Panel>
  );
}

/** Lines of a pointer mean nothing: what changed is the content that it names. */
function LfsSizes({ file: { old_lfs, new_lfs } }: { file: DiffFile }) {
  const sizes = [old_lfs, new_lfs].flatMap((lfs) => (lfs ? [formatBytes(lfs.size_bytes)] : []));
  return (
    <span className="text-ink-muted shrink-0 text-[0.8125rem] tabular-nums max-sm:hidden">{sizes.join(' → ')}</span>
  );
}

function ModeChange({ file: { old_mode, new_mode } }: { file: DiffFile }) {
  if (!old_mode || !new_mode || old_mode === new_mode) return null;
  return (
    <p className="text-ink-muted border-line border-b px-4 py-2">
      Mode <code className="font-mono">{old_mode}</code> became <code className="font-mono">{new_mode}</code>
    </p>
  );
}
