import { ActionForm } from '@/components/forms/action-form';
import { SubmitButton } from '@/components/forms/submit-button';
import { Badge } from '@/components/ui/badge';
import { Row } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { endSession } from '@/lib/actions/account';
import type { BrowserSession } from '@/lib/api/account';
import { browserName } from '@/lib/browser-name';
import { visibleName } from '@/lib/text/visible-text';

export function SessionRow({ session }: { session: BrowserSession }) {
  const { id, user_agent, ip, created_at, last_seen_at, current } = session;
  const name = browserName(user_agent);
  const end = (
    <ActionForm action={endSession}>
      <input type="hidden" name="id" value={id} />
      <SubmitButton variant="danger-quiet" size="small">
        Sign out<span className="sr-only"> {name}</span>
      </SubmitButton>
    </ActionForm>
  );
  return (
    <Row actions={!current && end}>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <h2 className="font-medium" title={user_agent === null ? undefined : visibleName(user_agent)}>
          {name}
        </h2>
        {current && <Badge tone="success">This browser</Badge>}
      </div>
      <p className="text-ink-muted mt-0.5 text-[0.8125rem] wrap-anywhere">
        {ip ? <>From {ip}. </> : null}
        Signed in <Time at={created_at} />, last seen <Time at={last_seen_at} />
      </p>
    </Row>
  );
}
