import type { RepositoryUsage } from '@granary/api-contract';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { countOf, formatBytes } from '@/lib/text/quantity';

/** What one repository takes. */
export function RepositoryUsageFacts({ usage }: { usage: RepositoryUsage }) {
  const facts = [
    ['Git data', formatBytes(usage.git_bytes)],
    ['LFS files', `${formatBytes(usage.lfs_bytes)} in ${countOf(usage.lfs_objects, 'object')}`],
    ...(usage.reserved_bytes > 0
      ? [['Reserved by uploads and pushes under way', formatBytes(usage.reserved_bytes)]]
      : []),
  ];
  return (
    <Panel label="This repository">
      <PanelHeader title="This repository" />
      <dl className="divide-line divide-y">
        {facts.map(([label, value]) => (
          <div key={label} className="flex flex-wrap justify-between gap-x-4 gap-y-0.5 px-4 py-2.5">
            <dt className="text-ink-muted">{label}</dt>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
