import { guardedPage } from '@/components/shell/guarded-page';
import { ArrowLeft, ArrowRight } from 'lucide-react';
import { AdminPage, HUB_AUDIT_PATH } from '@/components/settings/admin-page';
import { AuditList } from '@/components/settings/audit-list';
import { HubAuditFilter } from '@/components/settings/hub-audit-filter';
import { ButtonLink } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Panel } from '@/components/ui/panel';
import { readHubAudit, type HubAuditQuery } from '@/lib/api/audit';
import { ApiFailure } from '@/lib/api/failure';
import { pageData } from '@/lib/api/page-data';
import { requireUser } from '@/lib/api/viewer';
import { textIn, type SearchParams } from '@/lib/route-params';

function queryIn(search: SearchParams): HubAuditQuery {
  const of = (name: keyof HubAuditQuery) => textIn(search, name).trim();
  return {
    ...{ actor: of('actor'), repository: of('repository'), action: of('action') },
    ...{ since: of('since'), until: of('until'), before: of('before') },
  };
}

function pathOf(query: HubAuditQuery): string {
  const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  return given.size > 0 ? `${HUB_AUDIT_PATH}?${given}` : HUB_AUDIT_PATH;
}

/** What was asked for in a way that means nothing is told beside the form; it is no missing page. */
async function readOrExplain(query: HubAuditQuery) {
  try {
    return { ...(await readHubAudit(query)), fault: null };
  } catch (error) {
    if (!(error instanceof ApiFailure && (error.status === 400 || error.status === 422))) throw error;
    return { rows: [], hasNext: false, fault: error.problem };
  }
}

async function HubAudit({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const query = queryIn(await searchParams);
  await requireUser(pathOf(query));
  const { rows: entries, hasNext, fault } = await pageData(() => readOrExplain(query), { path: pathOf(query) });
  const isFiltered = Object.entries(query).some(([name, value]) => name !== 'before' && value !== '');
  const last = entries.at(-1);
  return (
    <AdminPage
      active="audit"
      title="Audit log"
      description="Who did what on this hub, the latest first: sign-ins, keys, repositories and their settings, and what the hub does by itself."
    >
      <Panel label="Audit log">
        <HubAuditFilter key={pathOf(query)} query={query} isFiltered={isFiltered} />
        {fault ? (
          <Notice tone="danger" role="alert" className="m-4" title="That cannot be looked for">
            <p>{fault.errors?.map(({ message }) => message).join(' ') || fault.message}</p>
          </Notice>
        ) : (
          <AuditList entries={entries} isFiltered={isFiltered || query.before !== ''} isOfHub />
        )}
      </Panel>
      {(query.before !== '' || hasNext) && (
        <nav aria-label="Pages" className="flex items-center justify-center gap-3">
          {query.before !== '' && (
            <ButtonLink href={pathOf({ ...query, before: '' })} size="small">
              <ArrowLeft aria-hidden />
              Latest
            </ButtonLink>
          )}
          {hasNext && last && (
            <ButtonLink href={pathOf({ ...query, before: String(last.id) })} size="small">
              Older
              <ArrowRight aria-hidden />
            </ButtonLink>
          )}
        </nav>
      )}
    </AdminPage>
  );
}

export default guardedPage(HubAudit);
