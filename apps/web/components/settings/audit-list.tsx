import type { AuditEntry } from '@granary/api-contract';
import { ScrollText } from 'lucide-react';
import { EmptyState } from '@/components/ui/empty-state';
import { Row, RowList } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { TextLink } from '@/components/ui/link';
import { UserText } from '@/components/ui/user-text';
import { auditDetails, auditText } from '@/lib/audit-texts';
import { parseFullName, repositoryUrl } from '@/lib/repository-url';
import { formatExact } from '@/lib/text/moment';
import { visibleName } from '@/lib/text/visible-text';

interface AuditListProps {
  entries: AuditEntry[];
  isFiltered: boolean;
  /** Of more than one repository: each entry tells of which. */
  isOfHub?: boolean;
}

export function AuditList({ entries, isFiltered, isOfHub = false }: AuditListProps) {
  if (entries.length === 0) {
    return <EmptyState icon={ScrollText} title={isFiltered ? 'Nothing of that kind' : 'Nothing has happened yet'} />;
  }
  return (
    <RowList label="Audit log">
      {entries.map((entry) => (
        <AuditRow key={entry.id} entry={entry} isOfHub={isOfHub} />
      ))}
    </RowList>
  );
}

function AuditRow({ entry, isOfHub }: { entry: AuditEntry; isOfHub: boolean }) {
  const [before, after] = auditText(entry);
  const details = auditDetails(entry.details);
  return (
    <Row className="py-2.5">
      <p className="wrap-anywhere">
        <span className="font-medium">{entry.actor?.login ?? 'The hub'}</span> {before}
        <code className="font-mono text-[0.8125rem]">
          <UserText text={entry.target} />
        </code>
        {after}
      </p>
      <div className="text-ink-muted flex flex-wrap gap-x-3 text-[0.8125rem]">
        <span>
          <Time at={entry.created_at} />
          <span className="max-sm:hidden"> ({formatExact(new Date(entry.created_at))})</span>
          {entry.via && `, by ${entry.via}`}
          {entry.address && `, from ${entry.address}`}
        </span>
        {isOfHub && entry.repository && <Place fullName={entry.repository.full_name} />}
        {details.length > 0 && (
          <details className="open:w-full">
            <summary className="hover:text-ink decoration-line-strong w-fit cursor-pointer underline underline-offset-3">
              Details
            </summary>
            <ul className="mt-1 wrap-anywhere">
              {details.map((detail) => (
                <li key={detail}>
                  <UserText text={detail} />
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </Row>
  );
}

/** As it was called then: it may have another name now, or be gone. */
function Place({ fullName }: { fullName: string }) {
  const repository = parseFullName(fullName);
  if (!repository) return null;
  return (
    <span className="wrap-anywhere">
      in <TextLink href={repositoryUrl(repository)}>{visibleName(fullName)}</TextLink>
    </span>
  );
}
