import { ActionForm } from '@/components/forms/action-form';
import { SubmitButton } from '@/components/forms/submit-button';
import { ListPages } from '@/components/ui/list-pages';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { Row, RowList } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { restoreRepository } from '@/lib/actions/repository';
import { guardedPart } from '@/components/shell/failure-answer';
import { readDeletedRepositories } from '@/lib/api/repositories';

/** What can still be brought back; nothing at all when there is nothing. */
export const DeletedRepositories = guardedPart(async function Deleted({ page, path }: { page: number; path: string }) {
  const { rows: deleted, hasNext } = await readDeletedRepositories(page);
  if (deleted.length === 0 && page === 1) return null;
  return (
    <Panel label="Deleted repositories">
      <PanelHeader title="Deleted repositories" description="They can be restored until they are purged." />
      <RowList>
        {deleted.map(({ id, full_name, deleted_at, purge_at }) => (
          <Row
            key={id}
            actions={
              <ActionForm action={restoreRepository}>
                <input type="hidden" name="id" value={id} />
                <SubmitButton variant="secondary" size="small">
                  Restore<span className="sr-only"> {full_name}</span>
                </SubmitButton>
              </ActionForm>
            }
          >
            <h3 className="font-medium wrap-anywhere">{full_name}</h3>
            <p className="text-ink-muted text-[0.8125rem]">
              Deleted <Time at={deleted_at} />, purged <Time at={purge_at} />
            </p>
          </Row>
        ))}
      </RowList>
      <div className="pb-4">
        <ListPages path={path} page={page} hasNext={hasNext} />
      </div>
    </Panel>
  );
});
