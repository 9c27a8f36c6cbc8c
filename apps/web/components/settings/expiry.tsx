import { Badge } from '@/components/ui/badge';
import { Time } from '@/components/ui/time';
import { requestTime } from '@/lib/request-time';
import { expiryState } from '@/lib/token-expiry';

/** When a credential ends; `null`: never. */
export function Expiry({ at }: { at: string | null }) {
  const state = expiryState(at, requestTime());
  if (at === null || state === 'never') return <Badge tone="warning">Never expires</Badge>;
  if (state === 'expired') {
    return (
      <Badge tone="danger">
        Expired <Time at={at} />
      </Badge>
    );
  }
  return (
    <Badge tone={state === 'soon' ? 'warning' : 'neutral'}>
      Expires <Time at={at} />
    </Badge>
  );
}
