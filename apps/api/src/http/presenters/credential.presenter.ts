import type { AccessToken as TokenView, GpgKey as GpgKeyView, SshKey as SshKeyView } from '@granary/api-contract';
import type { AccessToken, GpgKey, SshKey, StoredKeyPart } from '@granary/forge';

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
    expires_at: key.expiresAt?.toISOString() ?? null,
    last_used: key.lastUsedAt?.toISOString() ?? null,
  };
}

/** @param email of the key's owner. */
export function presentGpgKey(key: GpgKey, email: string | null): GpgKeyView {
  const [primary, ...subkeys] = key.parts;
  if (!primary) throw new Error(`the GPG key ${key.id} has no parts`);
  const own = email?.toLowerCase();
  return {
    id: key.id,
    name: key.name,
    ...presentKeyPart(primary, null),
    created_at: key.createdAt.toISOString(),
    emails: key.emails.map((each) => ({ email: each, verified: each === own })),
    subkeys: subkeys.map((part) => ({ ...presentKeyPart(part, key.id), emails: [], subkeys: [], raw_key: null })),
    raw_key: key.armored,
    fingerprint: key.fingerprint,
  };
}

function presentKeyPart(part: StoredKeyPart, primaryKeyId: number | null) {
  return {
    primary_key_id: primaryKeyId,
    key_id: part.keyId,
    public_key: part.publicKey,
    can_sign: part.canSign,
    can_encrypt_comms: part.canEncryptComms,
    can_encrypt_storage: part.canEncryptStorage,
    can_certify: part.canCertify,
    created_at: part.createdAt,
    expires_at: part.expiresAt,
    revoked: part.isRevoked,
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
