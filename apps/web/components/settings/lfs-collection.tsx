import type { LfsCollectionReport, LfsCollectionState } from '@granary/api-contract';
import { ActionForm } from '@/components/forms/action-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { SubmitButton } from '@/components/forms/submit-button';
import { Notice } from '@/components/ui/notice';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { Row, RowList } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { startLfsCollection } from '@/lib/actions/lfs-objects';
import { collectionText } from '@/lib/lfs-collection-text';
import type { RepositoryName } from '@/lib/repository-url';
import { countOf } from '@/lib/text/quantity';
import { LfsObjectLine } from './lfs-object-line';

interface LfsCollectionProps {
  repository: RepositoryName;
  state: LfsCollectionState;
}

function Start({ repository, isDry }: { repository: RepositoryName; isDry: boolean }) {
  return (
    <ActionForm action={startLfsCollection} label={isDry ? 'Dry run' : 'Collect'}>
      <RepositoryFields repository={repository} />
      <input type="hidden" name="dry_run" value={String(isDry)} />
      <SubmitButton variant="secondary" size="small">
        {isDry ? 'Look what would go' : 'Collect now'}
      </SubmitButton>
    </ActionForm>
  );
}

/** What the last runs found. The hub runs by itself; the buttons are for who does not want to wait. */
export function LfsCollection({ repository, state }: LfsCollectionProps) {
  const { waiting_since, last_run, last_dry_run } = state;
  const isDryNewer = last_dry_run && (!last_run || last_dry_run.started_at > last_run.started_at);
  return (
    <Panel label="Collection">
      <PanelHeader
        title="Collection"
        description="What no branch, tag, lock or recent push names goes into the trash, and later for good."
        actions={
          <>
            <Start repository={repository} isDry />
            <Start repository={repository} isDry={false} />
          </>
        }
      />
      <div className="space-y-3 p-4">
        {waiting_since && (
          <Notice role="status">
            <p>
              A run was asked for <Time at={waiting_since} />. Reload this page to see what it finds.
            </p>
          </Notice>
        )}
        {last_run ? <Report title="Last run" report={last_run} /> : <p>The hub has not run here yet.</p>}
        {isDryNewer && <Report title="Last look" report={last_dry_run} />}
      </div>
      {isDryNewer && last_dry_run.objects.length > 0 && (
        <div className="border-line border-t">
          <RowList label="What would go">
            {last_dry_run.objects.map((object) => (
              <Row key={object.oid}>
                <LfsObjectLine repository={repository} object={object}>
                  Shown last <Time at={object.shown_at} />.
                </LfsObjectLine>
              </Row>
            ))}
          </RowList>
          <More report={last_dry_run} />
        </div>
      )}
    </Panel>
  );
}

function Report({ title, report }: { title: string; report: LfsCollectionReport }) {
  return (
    <p className="wrap-anywhere">
      <span className="font-medium">{title}</span>, <Time at={report.finished_at} />: {collectionText(report)}
    </p>
  );
}

function More({ report }: { report: LfsCollectionReport }) {
  const more = report.collected.count - report.objects.length;
  if (more <= 0) return null;
  return <p className="text-ink-muted border-line border-t px-4 py-3">And {countOf(more, 'object')} more.</p>;
}
