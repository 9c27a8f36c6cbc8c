import { guardedPage } from '@/components/shell/guarded-page';
import { nameOf } from '@/components/repository/repository-page';
import { LfsAdvice } from '@/components/settings/lfs-advice';
import { PushRulesFacts } from '@/components/settings/push-rules-facts';
import { PushRulesForm } from '@/components/settings/push-rules-form';
import { RepositorySettings } from '@/components/settings/repository-settings';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { readLfsRules } from '@/lib/api/locks';
import { pageData } from '@/lib/api/page-data';
import { readPushRules } from '@/lib/api/protection';
import { readFrame } from '@/lib/api/repositories';
import { requireUser } from '@/lib/api/viewer';
import { settingsUrl } from '@/lib/repository-url';
import { repositoryIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface PushRulesProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

async function PushRulesPage({ params, searchParams }: PushRulesProps) {
  const wanted = repositoryIn(await params);
  const path = settingsUrl(wanted, 'push-rules');
  await requireUser(path);
  const read = () => Promise.all([readFrame(wanted.owner, wanted.name), readPushRules(wanted), readLfsRules(wanted)]);
  const [frame, rules, lfs] = await pageData(read, { path, movedPath: (moved) => settingsUrl(moved, 'push-rules') });
  return (
    <RepositorySettings frame={frame} active="push-rules" title="Push rules" search={await searchParams}>
      <Panel label="Push rules">
        <PanelHeader
          title="Push rules"
          description="A push that breaks one is rejected, with advice on how to fix it."
        />
        {frame.repository.permissions.admin ? (
          <div className="p-4 sm:p-5">
            <PushRulesForm key={JSON.stringify(rules.own)} repository={nameOf(frame.repository)} rules={rules} />
          </div>
        ) : (
          <PushRulesFacts rules={rules.effective} />
        )}
      </Panel>
      <LfsAdvice rules={lfs} branch={frame.repository.default_branch} />
    </RepositorySettings>
  );
}

export default guardedPage(PushRulesPage);
