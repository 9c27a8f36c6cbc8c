import type { LfsStoredObject } from '@granary/api-contract';
import { Trash2 } from 'lucide-react';
import { ActionForm } from '@/components/forms/action-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { SubmitButton } from '@/components/forms/submit-button';
import { EmptyState } from '@/components/ui/empty-state';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { Row, RowList } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { restoreLfsObject } from '@/lib/actions/lfs-objects';
import type { RepositoryName } from '@/lib/repository-url';
import { LfsObjectLine } from './lfs-object-line';

interface LfsTrashProps {
  repository: RepositoryName;
  objects: LfsStoredObject[];
}

export function LfsTrash({ repository, objects }: LfsTrashProps) {
  return (
    <Panel label="Trash">
      <PanelHeader title="Trash" description="Nobody can download these. A push that names one brings it back, too." />
      {objects.length === 0 ? (
        <EmptyState icon={Trash2} title="The trash is empty">
          <p>Objects come here some time after the last branch or tag that has them is gone.</p>
        </EmptyState>
      ) : (
        <RowList label="Trash">
          {objects.map((object) => (
            <Row key={object.oid} actions={<Restore repository={repository} object={object} />}>
              <LfsObjectLine repository={repository} object={object}>
                Collected {object.collected_at && <Time at={object.collected_at} />}, gone for good{' '}
                {object.purge_after && <Time at={object.purge_after} />}.
              </LfsObjectLine>
            </Row>
          ))}
        </RowList>
      )}
    </Panel>
  );
}

function Restore({ repository, object: { oid, last_named } }: { repository: RepositoryName; object: LfsStoredObject }) {
  const what = last_named?.path ?? oid.slice(0, 12);
  return (
    <ActionForm action={restoreLfsObject}>
      <RepositoryFields repository={repository} />
      <input type="hidden" name="oid" value={oid} />
      <SubmitButton variant="secondary" size="small">
        Restore<span className="sr-only"> {what}</span>
      </SubmitButton>
    </ActionForm>
  );
}
