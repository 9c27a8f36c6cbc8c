import type { AuditEntry } from '@granary/api-contract';
import { ScrollText } from 'lucide-react';
import { EmptyState } from '@/components/ui/empty-state';
import { Row, RowList } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { auditDetails, auditText } from '@/lib/audit-texts';
import { formatExact } from '@/lib/text/moment';
import { visibleName } from '@/lib/text/visible-text';

export function AuditList({ entries, isFiltered }: { entries: AuditEntry[]; isFiltered: boolean }) {
  if (entries.length === 0) {
    return <EmptyState icon={ScrollText} title={isFiltered ? 'Nothing of that kind' : 'Nothing has happened yet'} />;
  }
  return (
    <RowList label="Audit log">
      {entries.map((entry) => (
        <AuditRow key={entry.id} entry={entry} />
      ))}
    </RowList>
  );
}

function AuditRow({ entry }: { entry: AuditEntry }) {
  const [before, after] = auditText(entry);
  const details = auditDetails(entry.details);
  return (
    <Row className="py-2.5">
      <p className="wrap-anywhere">
        <span className="font-medium">{entry.actor?.login ?? 'The hub'}</span> {before}
        <code className="font-mono text-[0.8125rem]">{visibleName(entry.target)}</code>
        {after}
      </p>
      <div className="text-ink-muted flex flex-wrap gap-x-3 text-[0.8125rem]">
        <span>
          <Time at={entry.created_at} />
          <span className="max-sm:hidden"> ({formatExact(new Date(entry.created_at))})</span>
          {entry.via && `, by ${entry.via}`}
        </span>
        {details.length > 0 && (
          <details className="open:w-full">
            <summary className="hover:text-ink decoration-line-strong w-fit cursor-pointer underline underline-offset-3">
              Details
            </summary>
            <ul className="mt-1 wrap-anywhere">
              {details.map((detail) => (
                <li key={detail}>{visibleName(detail)}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </Row>
  );
}
