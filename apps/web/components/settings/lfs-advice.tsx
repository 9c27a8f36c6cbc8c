import type { LfsRules } from '@granary/api-contract';
import { FileCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { CommandBlock } from '@/components/ui/command-block';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { countOf, formatBytes } from '@/lib/text/quantity';
import { visibleName } from '@/lib/text/visible-text';

/** What would make git-lfs do by itself what the rules ask for. */
export function LfsAdvice({ rules, branch }: { rules: LfsRules; branch: string }) {
  const isNothing = rules.commands.length === 0 && rules.inexpressible_patterns.length === 0;
  return (
    <Panel label="Large files">
      <PanelHeader
        title="Large files"
        description={`Files on ${visibleName(branch)} over ${formatBytes(rules.large_from_bytes)} that are not in Git LFS, and what .gitattributes lacks.`}
      />
      {isNothing ? (
        <EmptyState icon={FileCheck} title="Nothing to mend">
          <p>No large file is kept outside of Git LFS, and .gitattributes follows the rules.</p>
        </EmptyState>
      ) : (
        <div className="space-y-5 p-4 sm:p-5">
          {!rules.complete && (
            <Notice tone="warning">
              <p>There are very many files: only the first of them were looked at.</p>
            </Notice>
          )}
          {rules.large_files.length > 0 && <LargeFileTable files={rules.large_files} />}
          {rules.inexpressible_patterns.length > 0 && (
            <Notice>
              <p>
                .gitattributes has no words for {rules.inexpressible_patterns.map(visibleName).join(', ')}: between
                slashes, ** stands alone there.
              </p>
            </Notice>
          )}
          {rules.suggested_gitattributes !== '' && (
            <Step title="Lines for .gitattributes at the root">
              <CommandBlock label="Suggested .gitattributes" commands={linesOf(rules.suggested_gitattributes)} />
            </Step>
          )}
          {rules.commands.length > 0 && (
            <Step title="To add them, and move the files from the next commit on">
              <CommandBlock label="Commands that follow the suggestion" commands={rules.commands} />
            </Step>
          )}
          {rules.rewrite_command && (
            <Step title="To take them out of the history as well. Every commit gets a new id, and must be pushed by force">
              <CommandBlock label="Command that rewrites the history" commands={[rules.rewrite_command]} />
            </Step>
          )}
        </div>
      )}
    </Panel>
  );
}

const linesOf = (text: string) => text.split('\n').filter(Boolean);

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="min-w-0 space-y-2">
      <h3 className="text-ink-muted">{title}:</h3>
      {children}
    </div>
  );
}

function LargeFileTable({ files }: { files: LfsRules['large_files'] }) {
  return (
    <ul aria-label="Kinds of large files" className="divide-line divide-y">
      {files.map(({ pattern, file_count, size_bytes, example, tracked }) => (
        <li key={pattern} className="flex flex-wrap items-baseline gap-x-3 py-1.5">
          <code className="font-mono text-[0.8125rem] font-medium wrap-anywhere">{visibleName(pattern)}</code>
          <span className="text-ink-muted tabular-nums">
            {countOf(file_count, 'file')}, {formatBytes(size_bytes)}
          </span>
          <span className="text-ink-muted text-[0.8125rem] wrap-anywhere">
            {tracked ? 'tracked already, but committed past it: ' : 'the largest is '}
            {visibleName(example)}
          </span>
        </li>
      ))}
    </ul>
  );
}
