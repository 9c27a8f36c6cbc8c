import type { SignatureVerdict } from '@granary/api-contract';
import { BadgeCheck, ShieldAlert } from 'lucide-react';
import { Badge } from '@/components/ui/badge';
import { TextLink } from '@/components/ui/link';
import { Menu } from '@/components/ui/menu';
import { namespaceUrl } from '@/lib/repository-url';
import { explainSignature, type SignedThing } from '@/lib/signature-text';

/** What the hub says of a signature, and behind a press of the badge why. What is not signed has none. */
export function SignatureBadge({ signature, thing }: { signature: SignatureVerdict | null; thing: SignedThing }) {
  if (!signature) return null;
  const { verified } = signature;
  return (
    // A line of its own on a phone, so that what unfolds there has room.
    <div className="max-sm:basis-full">
      <Menu
        className="w-72 sm:w-80"
        triggerClassName="inline-flex min-h-6 items-center rounded-full align-middle"
        trigger={
          <Badge tone={verified ? 'success' : 'warning'}>
            {verified ? <BadgeCheck aria-hidden /> : <ShieldAlert aria-hidden />}
            {verified ? 'Verified' : 'Unverified'}
            <span className="sr-only"> signature</span>
          </Badge>
        }
      >
        <Explanation signature={signature} thing={thing} />
      </Menu>
    </div>
  );
}

function Explanation({ signature, thing }: { signature: SignatureVerdict; thing: SignedThing }) {
  const { signer, key } = signature;
  return (
    <div className="space-y-2 p-3.5 text-sm">
      <p>{explainSignature(signature, thing)}</p>
      <div className="text-ink-muted space-y-1 text-[0.8125rem]">
        {signer && (
          <p>
            Signer <TextLink href={namespaceUrl(signer.login)}>{signer.login}</TextLink>
          </p>
        )}
        {key && (
          <p>
            {key.kind === 'ssh' ? 'SSH key' : 'GPG key'} <code className="font-mono break-all">{key.id}</code>
          </p>
        )}
      </div>
    </div>
  );
}
