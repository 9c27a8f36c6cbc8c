import type { CommitPage, DiffFile } from '@granary/api-contract';
import { ChevronDown, FileSearch } from 'lucide-react';
import { nameOf } from '@/components/repository/repository-page';
import { Badge, type BadgeTone } from '@/components/ui/badge';
import { ButtonLink } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { blobUrl } from '@/lib/repository-url';
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
const FOLDED_FROM_LINES = 800;

/** `old → new` for a rename, else the file's one path. */
export function diffTitle({ old_path, new_path }: DiffFile): string {
  const [before, after] = [visibleName(old_path ?? ''), visibleName(new_path ?? '')];
  return before !== '' && after !== '' && before !== after ? `${before} → ${after}` : after || before;
}

export function StatusBadge({ status }: { status: DiffFile['status'] }) {
  return status === 'modified' ? null : <Badge tone={STATUS[status].tone}>{STATUS[status].label}</Badge>;
}

interface DiffFilePanelProps {
  page: CommitPage;
  file: DiffFile;
  id: string;
}

/** One changed file. Folds without a script; a very long change starts folded. */
export function DiffFilePanel({ page, file, id }: DiffFilePanelProps) {
  const title = diffTitle(file);
  const name = nameOf(page.repository);
  const path = file.new_path;
  return (
    <Panel className="relative overflow-clip">
      <details id={id} open={file.additions + file.deletions <= FOLDED_FROM_LINES} className="group/file scroll-mt-4">
        <summary className="bg-sunken hover:bg-hover flex min-h-9 items-center gap-3 py-1.5 pr-12 pl-3 -outline-offset-2 pointer-coarse:min-h-11">
          <ChevronDown
            aria-hidden
            className="text-ink-muted size-4 shrink-0 -rotate-90 transition-transform group-open/file:rotate-0"
          />
          <h3 className="min-w-0 flex-1 font-mono text-[0.8125rem] font-medium wrap-anywhere">{title}</h3>
          <StatusBadge status={file.status} />
          <DiffStat additions={file.additions} deletions={file.deletions} />
        </summary>
        <div className="border-line border-t">
          <ModeChange file={file} />
          <DiffBody page={page} file={file} title={title} />
        </div>
      </details>
      {path && (
        // Beside the summary and not in it: a button that folds cannot hold a link.
        <ButtonLink
          href={blobUrl(name, page.commit.sha, path)}
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

function ModeChange({ file: { old_mode, new_mode } }: { file: DiffFile }) {
  if (!old_mode || !new_mode || old_mode === new_mode) return null;
  return (
    <p className="text-ink-muted border-line border-b px-4 py-2">
      Mode <code className="font-mono">{old_mode}</code> became <code className="font-mono">{new_mode}</code>
    </p>
  );
}
