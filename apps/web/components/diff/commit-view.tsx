import type { CommitPage } from '@granary/api-contract';
import { ChevronRight } from 'lucide-react';
import { nameOf } from '@/components/repository/repository-page';
import { Pagination } from '@/components/ui/pagination';
import { Panel } from '@/components/ui/panel';
import { shownFiles } from '@/lib/diff/budget';
import { commitUrl } from '@/lib/repository-url';
import { countOf, formatCount } from '@/lib/text/quantity';
import { CommitHeader } from './commit-header';
import { DiffFilePanel, DiffTitle, fileId, StatusBadge } from './diff-file';
import { DiffStat } from './diff-stat';

interface CommitViewProps {
  page: CommitPage;
  /** The number of a file to show in full though it is large: from 1, over all pages. */
  opened: number | null;
}

/** A commit: what was said about it, then every file it changed. */
export function CommitView({ page, opened }: CommitViewProps) {
  const { files, file_count, additions, deletions, has_next } = page;
  const before = (page.page - 1) * page.per_page;
  const shown = shownFiles(files, opened === null ? null : opened - 1 - before);
  const here = commitUrl(nameOf(page.repository), page.commit.sha);
  return (
    <div className="space-y-5">
      <CommitHeader page={page} />
      <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 px-1 font-medium">
        {file_count === 0 ? 'No file was changed' : `${countOf(file_count, 'file')} changed`}
        <DiffStat additions={additions} deletions={deletions} />
        {files.length > 0 && files.length < file_count && (
          <span className="text-ink-muted text-[0.8125rem] font-normal tabular-nums">
            {`Files ${formatCount(before + 1)} to ${formatCount(before + files.length)}`}
          </span>
        )}
      </h2>
      {files.length > 1 && <FileIndex page={page} before={before} />}
      {files.map((file, index) => (
        <DiffFilePanel
          key={fileId(before + index)}
          index={before + index}
          page={page}
          file={file}
          isShown={shown.has(index)}
          isOpened={before + index + 1 === opened}
        />
      ))}
      <Pagination
        page={page.page}
        hasNext={has_next}
        hrefOf={(n) => (n === 1 ? here : `${here}?page=${n}`)}
        labels={{ previous: 'Previous files', next: 'Next files' }}
      />
    </div>
  );
}

function FileIndex({ page, before }: { page: CommitPage; before: number }) {
  return (
    <Panel>
      <details className="group/index">
        <summary className="hover:bg-hover rounded-panel flex items-center gap-2 px-4 py-2.5 font-medium">
          <ChevronRight aria-hidden className="text-ink-muted size-4 transition-transform group-open/index:rotate-90" />
          List of files
        </summary>
        <ul className="border-line max-h-96 overflow-y-auto border-t py-1.5">
          {page.files.map((file, index) => (
            <li key={fileId(before + index)}>
              <a
                href={`#${fileId(before + index)}`}
                className="hover:bg-hover flex items-center gap-3 px-4 py-1 -outline-offset-2"
              >
                <span className="min-w-0 flex-1 font-mono text-[0.8125rem] wrap-anywhere">
                  <DiffTitle file={file} />
                </span>
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
