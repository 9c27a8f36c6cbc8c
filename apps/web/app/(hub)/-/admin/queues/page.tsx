import { guardedPage } from '@/components/shell/guarded-page';
import type { QueueFailure, QueueReport } from '@granary/api-contract';
import { CircleCheck, RotateCw } from 'lucide-react';
import { ActionForm } from '@/components/forms/action-form';
import { SubmitButton } from '@/components/forms/submit-button';
import { AdminPage, HUB_QUEUES_PATH } from '@/components/settings/admin-page';
import { EmptyState } from '@/components/ui/empty-state';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { Row, RowList } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { UserText } from '@/components/ui/user-text';
import { retryFailures } from '@/lib/actions/queue';
import { pageData } from '@/lib/api/page-data';
import { readQueues } from '@/lib/api/queue';
import { requireUser } from '@/lib/api/viewer';
import { visibleName } from '@/lib/text/visible-text';

function RetryForm({ failure, label, of }: { failure?: string; label: string; of?: string }) {
  return (
    <ActionForm action={retryFailures}>
      <input type="hidden" name="failure" value={failure ?? ''} />
      <SubmitButton variant="secondary" size="small">
        <RotateCw aria-hidden />
        {label}
        {of && <span className="sr-only">: {of}</span>}
      </SubmitButton>
    </ActionForm>
  );
}

function FailureRow({ failure }: { failure: QueueFailure }) {
  const { id, what, subject, reason, times, failed_at } = failure;
  return (
    <Row actions={<RetryForm failure={id} label="Try again" of={`${what} ${visibleName(subject)}`} />}>
      <p className="wrap-anywhere">
        <span className="font-semibold">{what}</span> <UserText text={subject} />
      </p>
      <p className="wrap-anywhere">
        <UserText text={reason} />
      </p>
      <p className="text-ink-muted">
        Tried {times} {times === 1 ? 'time' : 'times'}, last <Time at={failed_at} />
      </p>
    </Row>
  );
}

function Waiting({ report: { queues, events } }: { report: QueueReport }) {
  const sum = (state: string) => Object.values(queues ?? {}).reduce((all, counts) => all + (counts[state] ?? 0), 0);
  return (
    <div className="space-y-1 px-4 py-3">
      <p>
        {events.waiting} events waiting, {events.in_progress} in progress
        {events.oldest_at && (
          <>
            , the oldest from <Time at={events.oldest_at} />
          </>
        )}
        .
      </p>
      <p>
        {queues
          ? `${sum('waiting')} jobs waiting, ${sum('active')} running, ${sum('delayed')} set for later.`
          : 'The job queue cannot be reached right now.'}
      </p>
    </div>
  );
}

async function HubQueues() {
  await requireUser(HUB_QUEUES_PATH);
  const report = await pageData(readQueues, { path: HUB_QUEUES_PATH });
  const { failures, failure_count } = report;
  return (
    <AdminPage
      active="queues"
      title="Queues"
      description="Events and background jobs: what is waiting, and what failed every time it was tried."
    >
      <Panel label="Waiting">
        <PanelHeader title="Waiting" />
        <Waiting report={report} />
      </Panel>
      <Panel label="Failed">
        <PanelHeader
          title="Failed"
          description={failure_count > failures.length ? `The latest of ${failure_count}` : undefined}
          actions={failures.length > 1 ? <RetryForm label="Try all again" /> : undefined}
        />
        {failures.length === 0 ? (
          <EmptyState icon={CircleCheck} title="Nothing has failed" />
        ) : (
          <RowList label="Failed events and jobs">
            {failures.map((failure) => (
              <FailureRow key={failure.id} failure={failure} />
            ))}
          </RowList>
        )}
      </Panel>
    </AdminPage>
  );
}

export default guardedPage(HubQueues);
