import type { Hook } from '@granary/api-contract';
import { Badge, type BadgeTone } from '@/components/ui/badge';
import { ButtonLink } from '@/components/ui/button';
import { Link } from '@/components/ui/link';
import { Row } from '@/components/ui/row-list';
import { UserText } from '@/components/ui/user-text';
import { hookUrl, type RepositoryName } from '@/lib/repository-url';
import { visibleName } from '@/lib/text/visible-text';

/** How a webhook fares: what its last delivery was answered. */
export function HookStatus({ hook: { active, last_response } }: { hook: Hook }) {
  const { code, status } = last_response;
  const [tone, text] = statusOf(active, code, status);
  return <Badge tone={tone}>{text}</Badge>;
}

function statusOf(active: boolean, code: number | null, status: string): [BadgeTone, string] {
  if (status === 'disabled') return ['danger', 'Switched off by the hub'];
  if (!active) return ['neutral', 'Off'];
  if (code === null) return status === 'unused' ? ['neutral', 'Not used yet'] : ['danger', 'No answer'];
  return code >= 200 && code < 300 ? ['success', `Last answer ${code}`] : ['danger', `Last answer ${code}`];
}

export function eventsText(events: string[]): string {
  return events.includes('*') ? 'every event' : events.join(', ');
}

export function HookRow({ repository, hook }: { repository: RepositoryName; hook: Hook }) {
  const href = hookUrl(repository, hook.id);
  return (
    <Row
      actions={
        <ButtonLink href={href} size="small">
          Edit<span className="sr-only"> {visibleName(hook.config.url)}</span>
        </ButtonLink>
      }
    >
      <Link href={href} className="font-medium wrap-anywhere hover:underline">
        <UserText text={hook.config.url} />
      </Link>
      <p className="text-ink-muted mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-[0.8125rem]">
        <HookStatus hook={hook} />
        For {eventsText(hook.events)}
      </p>
    </Row>
  );
}
