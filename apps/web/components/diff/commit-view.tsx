import type { CommitPage } from '@granary/api-contract';
import { ChevronRight } from 'lucide-react';
import { Notice } from '@/components/ui/notice';
import { Panel } from '@/components/ui/panel';
import { shownFiles } from '@/lib/diff/budget';
import { countOf } from '@/lib/text/quantity';
import { CommitHeader } from './commit-header';
import { DiffFilePanel, diffTitle, fileId, StatusBadge } from './diff-file';
import { DiffStat } from './diff-stat';

interface CommitViewProps {
  page: CommitPage;
  /** The index of a file to show in full though it is large. */
  opened: number | null;
}

/** A commit: what was said about it, then every file it changed. */
export function CommitView({ page, opened }: CommitViewProps) {
  const { files, additions, deletions, truncated } = page;
  const shown = shownFiles(files, opened);
  return (
    <div className="space-y-5">
      <CommitHeader page={page} />
      {truncated && (
        <Notice tone="warning" title="This commit is too large to show as a whole">
          <p>Some of its changes are left out below. Clone the repository to see all of them.</p>
        </Notice>
      )}
      <h2 className="flex items-center gap-3 px-1 font-medium">
        {files.length === 0 ? 'No file was changed' : `${countOf(files.length, 'file')} changed`}
        <DiffStat additions={additions} deletions={deletions} />
      </h2>
      {files.length > 1 && <FileIndex page={page} />}
      {files.map((file, index) => (
        <DiffFilePanel
          key={fileId(index)}
          index={index}
          page={page}
          file={file}
          isShown={shown.has(index)}
          isOpened={index === opened}
        />
      ))}
    </div>
  );
}

function FileIndex({ page }: { page: CommitPage }) {
  return (
    <Panel>
      <details className="group/index">
        <summary className="hover:bg-hover rounded-panel flex items-center gap-2 px-4 py-2.5 font-medium">
          <ChevronRight aria-hidden className="text-ink-muted size-4 transition-transform group-open/index:rotate-90" />
          List of files
        </summary>
        <ul className="border-line max-h-96 overflow-y-auto border-t py-1.5">
          {page.files.map((file, index) => (
            <li key={fileId(index)}>
              <a
                href={`#${fileId(index)}`}
                className="hover:bg-hover flex items-center gap-3 px-4 py-1 -outline-offset-2"
              >
                <span className="min-w-0 flex-1 font-mono text-[0.8125rem] wrap-anywhere">{diffTitle(file)}</span>
                <StatusBadge status={file.status} />
                <DiffStat additions={file.additions} deletions={file.deletions} />
              </a>
            </li>
          ))}
        </ul>
      </details>
    </Panel>
  );
}
