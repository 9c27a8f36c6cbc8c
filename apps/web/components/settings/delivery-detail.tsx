import type { Hook, HookDeliveryDetail } from '@granary/api-contract';
import { RotateCw } from 'lucide-react';
import { VisibleText } from '@/components/code/code-text';
import { ActionForm } from '@/components/forms/action-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { SubmitButton } from '@/components/forms/submit-button';
import { Time } from '@/components/ui/time';
import { redeliver } from '@/lib/actions/hook';
import type { RepositoryName } from '@/lib/repository-url';

interface DeliveryDetailProps {
  repository: RepositoryName;
  hook: Hook;
  delivery: HookDeliveryDetail;
  /** Of the log: where one comes back to. */
  page: number;
}

/** One delivery as it went over the wire. */
export function DeliveryDetail({ repository, hook, delivery, page }: DeliveryDetailProps) {
  const { id, request, response } = delivery;
  return (
    <div className="border-line bg-sunken space-y-4 border-t px-4 py-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <DeliveryFacts delivery={delivery} />
        <ActionForm action={redeliver} label="Deliver again">
          <RepositoryFields repository={repository} />
          <input type="hidden" name="id" value={hook.id} />
          <input type="hidden" name="delivery" value={id} />
          <input type="hidden" name="page" value={page} />
          <SubmitButton variant="secondary" size="small">
            <RotateCw aria-hidden />
            Deliver again
          </SubmitButton>
        </ActionForm>
      </div>
      <Message title="Request" headers={request.headers} body={JSON.stringify(request.payload, null, 2)} />
      <Message title="Response" headers={response.headers ?? {}} body={response.payload ?? ''} />
    </div>
  );
}

function DeliveryFacts({ delivery }: { delivery: HookDeliveryDetail }) {
  const { status, status_code, attempt, duration, next_attempt_at, guid } = delivery;
  const outcome = status_code > 0 ? `${status}, status ${status_code}` : status;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 text-[0.8125rem]">
      <dt className="text-ink-muted">Outcome</dt>
      <dd className="wrap-anywhere">
        {outcome} after {duration.toFixed(2)} s, attempt {attempt}
      </dd>
      {next_attempt_at && (
        <>
          <dt className="text-ink-muted">Next attempt</dt>
          <dd>
            <Time at={next_attempt_at} />
          </dd>
        </>
      )}
      <dt className="text-ink-muted">Delivery</dt>
      <dd className="font-mono break-all">{guid}</dd>
    </dl>
  );
}

interface MessageProps {
  title: string;
  headers: Record<string, string>;
  body: string;
}

function Message({ title, headers, body }: MessageProps) {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const text = [...head, ...(head.length > 0 && body ? [''] : []), body].join('\n').replaceAll('\r\n', '\n').trim();
  return (
    <section aria-label={title}>
      <h3 className="mb-1.5 font-medium">{title}</h3>
      {text === '' ? (
        <p className="text-ink-muted">None has come.</p>
      ) : (
        <pre
          tabIndex={0}
          className="border-line bg-surface rounded-control max-h-80 overflow-auto border p-3 font-mono text-[0.8125rem] leading-5"
        >
          <VisibleText text={text} />
        </pre>
      )}
    </section>
  );
}
