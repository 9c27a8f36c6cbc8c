import type { AccessToken as TokenView, SshKey as SshKeyView } from '@granary/api-contract';
import type { AccessToken, SshKey } from '@granary/forge';

export function presentSshKey(key: SshKey, baseUrl: string): SshKeyView {
  return {
    id: key.id,
    title: key.title,
    key: `${key.keyType} ${key.keyBlob}`,
    url: `${baseUrl}/api/v3/user/keys/${key.id}`,
    fingerprint: key.fingerprint,
    key_type: key.keyType,
    verified: true,
    read_only: false,
    created_at: key.createdAt.toISOString(),
    last_used: key.lastUsedAt?.toISOString() ?? null,
  };
}

/** @param names full names of the repositories that the token is limited to, by id. */
export function presentToken(token: AccessToken, names: ReadonlyMap<number, string>): TokenView {
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    token_prefix: token.tokenPrefix,
    repositories: token.repositoryIds?.flatMap((id) => names.get(id) ?? []) ?? null,
    expires_at: token.expiresAt?.toISOString() ?? null,
    last_used_at: token.lastUsedAt?.toISOString() ?? null,
    created_at: token.createdAt.toISOString(),
  };
}
