import type { Protection } from '@granary/api-contract';
import { GitBranch, Tag } from 'lucide-react';
import { Badge } from '@/components/ui/badge';
import { ButtonLink } from '@/components/ui/button';
import { Row } from '@/components/ui/row-list';
import { decisionsOf } from '@/lib/protection-texts';
import { protectionUrl, type RepositoryName } from '@/lib/repository-url';
import { visibleName } from '@/lib/text/visible-text';

interface ProtectionRowProps {
  repository: RepositoryName;
  protection: Protection;
  mayEdit: boolean;
}

export function ProtectionRow({ repository, protection, mayEdit }: ProtectionRowProps) {
  const { id, kind, require_linear_history, enforce_admins } = protection;
  const Icon = kind === 'branch' ? GitBranch : Tag;
  const pattern = visibleName(protection.pattern);
  const edit = (
    <ButtonLink href={protectionUrl(repository, id)} size="small">
      Edit
      <span className="sr-only">
        {' '}
        the {kind === 'branch' ? 'branches' : 'tags'} {pattern}
      </span>
    </ButtonLink>
  );
  return (
    <Row actions={mayEdit && edit}>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <Icon aria-hidden className="text-ink-muted size-4 shrink-0" />
        <h3 className="font-mono text-[0.8125rem] font-medium wrap-anywhere">
          <span className="sr-only">{kind === 'branch' ? 'Branches ' : 'Tags '}</span>
          <bdi>{pattern}</bdi>
        </h3>
        {require_linear_history && <Badge>no merge commits</Badge>}
        {!enforce_admins && <Badge tone="warning">admins are exempt</Badge>}
      </div>
      <dl className="text-ink-muted mt-1 text-[0.8125rem] wrap-anywhere">
        {decisionsOf(protection).map(({ action, allowed }) => (
          <div key={action} className="flex gap-1.5">
            <dt className="shrink-0">{action}:</dt>
            <dd className="text-ink min-w-0">{allowed}</dd>
          </div>
        ))}
      </dl>
    </Row>
  );
}
