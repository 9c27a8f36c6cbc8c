import type { Allowed, BranchProtection, Protection as ProtectionView } from '@granary/api-contract';
import type { AllowedFacts, Protection, User } from '@granary/forge';
import { presentGithubUser } from './user.presenter';

function presentAllowed({ role, userIds }: AllowedFacts, users: Map<number, User>): Allowed {
  return { role, users: userIds.map((id) => users.get(id)?.name).filter((name) => name !== undefined) };
}

export function presentProtection(protection: Protection, users: Map<number, User>): ProtectionView {
  return {
    id: protection.id,
    kind: protection.kind,
    pattern: protection.pattern,
    push: presentAllowed(protection.push, users),
    force_push: presentAllowed(protection.forcePush, users),
    delete: presentAllowed(protection.delete, users),
    require_linear_history: protection.requireLinearHistory,
    enforce_admins: protection.enforceAdmins,
    created_at: protection.createdAt.toISOString(),
    updated_at: protection.updatedAt.toISOString(),
  };
}

const isNobody = ({ role, userIds }: AllowedFacts) => role === null && userIds.length === 0;
const enabled = (value: boolean) => ({ enabled: value });

/** GitHub's shape of a protection. What the hub does not have is off, as GitHub answers it. */
export function presentBranchProtection(
  protection: Protection,
  users: Map<number, User>,
  at: { url: string; baseUrl: string },
): BranchProtection {
  const named = protection.push.userIds.map((id) => users.get(id)).filter((user) => user !== undefined);
  const url = `${at.url}/restrictions`;
  const restrictions = {
    url,
    users_url: `${url}/users`,
    teams_url: `${url}/teams`,
    apps_url: `${url}/apps`,
    users: named.map((user) => presentGithubUser(user, at.baseUrl)),
    teams: [],
    apps: [],
  };
  return {
    url: at.url,
    enforce_admins: { url: `${at.url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: enabled(protection.requireLinearHistory),
    allow_force_pushes: enabled(!isNobody(protection.forcePush)),
    allow_deletions: enabled(!isNobody(protection.delete)),
    ...(protection.push.role === 'write' ? {} : { restrictions }),
    block_creations: enabled(false),
    required_conversation_resolution: enabled(false),
    lock_branch: enabled(false),
    allow_fork_syncing: enabled(false),
    required_signatures: { url: `${at.url}/required_signatures`, enabled: false },
  };
}
