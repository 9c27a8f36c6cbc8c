import type { Hook, HookDelivery, HookDeliveryDetail } from '@granary/api-contract';
import { Send } from 'lucide-react';
import { Badge, type BadgeTone } from '@/components/ui/badge';
import { EmptyState } from '@/components/ui/empty-state';
import { Link } from '@/components/ui/link';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { hookUrl, type RepositoryName } from '@/lib/repository-url';
import { DeliveryDetail } from './delivery-detail';

interface DeliveryLogProps {
  repository: RepositoryName;
  hook: Hook;
  deliveries: HookDelivery[];
  /** The one whose request and answer are shown. */
  opened: HookDeliveryDetail | null;
  page: number;
}

/** What was sent, and what came of it. Each row is a link, so that a delivery can be shown to somebody. */
export function DeliveryLog({ repository, hook, deliveries, opened, page }: DeliveryLogProps) {
  return (
    <Panel label="Deliveries">
      <PanelHeader title="Deliveries" description="The latest first. What fails is tried again by itself." />
      {deliveries.length === 0 ? (
        <EmptyState icon={Send} title="Nothing has been sent yet">
          <p>Send a ping to see whether the other side answers.</p>
        </EmptyState>
      ) : (
        <RowList label="Deliveries">
          {deliveries.map((delivery) => (
            <li key={delivery.id} id={`delivery-${delivery.id}`}>
              <DeliverySummary
                delivery={delivery}
                path={hookUrl(repository, hook.id)}
                page={page}
                isOpen={opened?.id === delivery.id}
              />
              {opened?.id === delivery.id && (
                <DeliveryDetail repository={repository} hook={hook} delivery={opened} page={page} />
              )}
            </li>
          ))}
        </RowList>
      )}
    </Panel>
  );
}

function toneOf({ status }: HookDelivery): BadgeTone {
  if (status === 'OK') return 'success';
  if (status === 'pending') return 'neutral';
  return status === 'retrying' ? 'warning' : 'danger';
}

function resultOf({ status, status_code }: HookDelivery): string {
  if (status === 'pending') return 'Waiting';
  const code = status_code > 0 ? String(status_code) : '';
  if (status === 'OK') return code || 'OK';
  if (status === 'retrying') return `${code || 'No answer'}, retrying`;
  return code || 'Failed';
}

interface DeliverySummaryProps {
  delivery: HookDelivery;
  path: string;
  page: number;
  isOpen: boolean;
}

function DeliverySummary({ delivery, path, page, isOpen }: DeliverySummaryProps) {
  const { id, guid, event, action, delivered_at, redelivery } = delivery;
  return (
    <Link
      href={isOpen ? `${path}?page=${page}` : `${path}?page=${page}&delivery=${id}#delivery-${id}`}
      scroll={false}
      aria-expanded={isOpen}
      className="hover:bg-hover/60 flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 -outline-offset-2"
    >
      <Badge tone={toneOf(delivery)}>{resultOf(delivery)}</Badge>
      <span className="font-medium">{action ? `${event}.${action}` : event}</span>
      {redelivery && <span className="text-ink-muted text-[0.8125rem]">sent again</span>}
      <span className="text-ink-muted hidden font-mono text-[0.8125rem] sm:inline">{guid.slice(0, 8)}</span>
      <Time at={delivered_at} className="text-ink-muted ml-auto text-[0.8125rem]" />
    </Link>
  );
}
