import type { AuditEntry as AuditEntryView } from '@granary/api-contract';
import type { AuditEntry } from '@granary/forge';

/** Where somebody works from is nobody's business but the site's. */
export function presentAuditEntry(entry: AuditEntry, { withAddress }: { withAddress: boolean }): AuditEntryView {
  const { id, at, action, actorUserId, actorName, repositoryId, repositoryName } = entry;
  return {
    id,
    created_at: at.toISOString(),
    action,
    actor: actorUserId === null || actorName === null ? null : { id: actorUserId, login: actorName },
    via: entry.via,
    address: withAddress ? entry.address : null,
    repository:
      repositoryId === null || repositoryName === null ? null : { id: repositoryId, full_name: repositoryName },
    target: entry.target,
    details: entry.details,
  };
}
