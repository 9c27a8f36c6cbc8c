import { guardedPage } from '@/components/shell/guarded-page';
import type { ProtectionKind } from '@granary/api-contract';
import { GitBranch, ShieldCheck, Tag } from 'lucide-react';
import { nameOf } from '@/components/repository/repository-page';
import { ProtectionRow } from '@/components/settings/protection-row';
import { RepositorySettings } from '@/components/settings/repository-settings';
import { ButtonLink, type ButtonVariant } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ListPages } from '@/components/ui/list-pages';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { pageData } from '@/lib/api/page-data';
import { readProtections } from '@/lib/api/protection';
import { readFrame } from '@/lib/api/repositories';
import { requireUser } from '@/lib/api/viewer';
import { settingsUrl } from '@/lib/repository-url';
import { pageNumberIn, repositoryIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';
import { visibleName } from '@/lib/text/visible-text';

interface ProtectionProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

function Add({ path, kind, variant }: { path: string; kind: ProtectionKind; variant: ButtonVariant }) {
  const Icon = kind === 'branch' ? GitBranch : Tag;
  return (
    <ButtonLink href={`${path}/new?kind=${kind}`} variant={variant} size="small">
      <Icon aria-hidden />
      Protect {kind === 'branch' ? 'branches' : 'tags'}
    </ButtonLink>
  );
}

async function ProtectionPage({ params, searchParams }: ProtectionProps) {
  const wanted = repositoryIn(await params);
  const path = settingsUrl(wanted, 'protection');
  await requireUser(path);
  const search = await searchParams;
  const page = pageNumberIn(search);
  const read = () => Promise.all([readFrame(wanted.owner, wanted.name), readProtections(wanted, page)]);
  const [frame, { rows: protections, hasNext }] = await pageData(read, {
    path,
    movedPath: (moved) => settingsUrl(moved, 'protection'),
  });
  const { permissions, default_branch } = frame.repository;
  const add = permissions.admin && (
    <>
      <Add path={path} kind="branch" variant="primary" />
      <Add path={path} kind="tag" variant="secondary" />
    </>
  );
  return (
    <RepositorySettings frame={frame} active="protection" title="Protection" search={search}>
      <Panel label="Protected branches and tags">
        <PanelHeader
          title="Protected branches and tags"
          description={
            protections.length > 0
              ? 'A name that matches several must pass each.'
              : 'Who may move what everybody relies on.'
          }
          actions={protections.length > 0 && add}
        />
        {protections.length > 0 ? (
          <RowList label="Protected branches and tags">
            {protections.map((protection) => (
              <ProtectionRow
                key={protection.id}
                repository={nameOf(frame.repository)}
                protection={protection}
                mayEdit={permissions.admin}
              />
            ))}
          </RowList>
        ) : (
          <EmptyState icon={ShieldCheck} title="Nothing is protected yet" action={add}>
            <p>
              Everybody who may write can push to every branch and tag, also by force, and delete it. Only the default
              branch, <code className="font-mono wrap-anywhere">{visibleName(default_branch)}</code>, cannot be deleted.
            </p>
            <p className="mt-2">A protection says who may do that, by name or by pattern.</p>
          </EmptyState>
        )}
      </Panel>
      <ListPages path={path} page={page} hasNext={hasNext} />
    </RepositorySettings>
  );
}

export default guardedPage(ProtectionPage);
