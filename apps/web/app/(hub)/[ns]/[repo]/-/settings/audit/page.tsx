import { guardedPage } from '@/components/shell/guarded-page';
import { AuditList } from '@/components/settings/audit-list';
import { RepositorySettings } from '@/components/settings/repository-settings';
import { ButtonLink } from '@/components/ui/button';
import { Pagination } from '@/components/ui/pagination';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { AUDIT_THINGS } from '@/lib/audit-texts';
import { readAudit } from '@/lib/api/audit';
import { pageData } from '@/lib/api/page-data';
import { readFrame } from '@/lib/api/repositories';
import { requireUser } from '@/lib/api/viewer';
import { settingsUrl } from '@/lib/repository-url';
import { pageNumberIn, repositoryIn, textIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface AuditProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

function auditPath(path: string, action: string, page = 1): string {
  const query = new URLSearchParams();
  if (action) query.set('action', action);
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `${path}?${query}` : path;
}

async function AuditPage({ params, searchParams }: AuditProps) {
  const wanted = repositoryIn(await params);
  const search = await searchParams;
  const path = settingsUrl(wanted, 'audit');
  await requireUser(path);
  const [action, page] = [textIn(search, 'action'), pageNumberIn(search)];
  const read = () => Promise.all([readFrame(wanted.owner, wanted.name), readAudit(wanted, { action, page })]);
  const [frame, { rows: entries, hasNext }] = await pageData(read, {
    path,
    movedPath: (moved) => settingsUrl(moved, 'audit'),
  });
  return (
    <RepositorySettings frame={frame} active="audit" title="Audit log" search={search}>
      <Panel label="Audit log">
        <PanelHeader title="Audit log" description="Who changed what here, the latest first. Nothing is taken back." />
        <nav aria-label="Kinds of entries" className="border-line flex flex-wrap gap-1 border-b px-3 py-2">
          {AUDIT_THINGS.map(({ value, label }) => (
            <ButtonLink
              key={value}
              href={auditPath(path, value)}
              size="small"
              variant={value === action ? 'secondary' : 'ghost'}
              aria-current={value === action ? 'page' : undefined}
            >
              {label}
            </ButtonLink>
          ))}
        </nav>
        <AuditList entries={entries} isFiltered={action !== ''} />
      </Panel>
      <Pagination page={page} hasNext={hasNext} hrefOf={(number) => auditPath(path, action, number)} />
    </RepositorySettings>
  );
}

export default guardedPage(AuditPage);
