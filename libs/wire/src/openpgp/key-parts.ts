import { enums, type Config, type Key, type SignaturePacket, type Subkey } from 'openpgp';
import { ANY_TIME, findBinding, hasFlag } from './self-signatures';

/** A primary key or a subkey. */
export interface OpenPgpKeyPart {
  /** 16 hex digits in upper case, as `gpg --keyid-format=long` prints them. */
  keyId: string;
  /** In upper case. */
  fingerprint: string;
  /** Base64 of the part's public key packet. */
  publicKey: string;
  canSign: boolean;
  canEncryptComms: boolean;
  canEncryptStorage: boolean;
  canCertify: boolean;
  createdAt: Date;
  /** Null: never. */
  expiresAt: Date | null;
  isRevoked: boolean;
}

/** What the primary key says of itself; null when no user ID of the key is rightly signed. */
export async function readPrimary(key: Key, config: Config): Promise<OpenPgpKeyPart | null> {
  const primaryUser = await key.getPrimaryUser(ANY_TIME, undefined, config).catch(() => null);
  const expires = await key.getExpirationTime(undefined, config);
  if (!primaryUser || expires === null) return null;
  const isRevoked = await key.isRevoked(undefined, undefined, ANY_TIME, config);
  return describe(key, { flags: primaryUser.selfCertification.keyFlags, expires, isRevoked });
}

/** What the key says of one of its subkeys; null when the two are not rightly bound to each other. */
export async function readSubkey(key: Key, subkey: Subkey, config: Config): Promise<OpenPgpKeyPart | null> {
  const binding = await findBinding(key, subkey, config);
  if (!binding) return null;
  const isRevoked = await subkey.isRevoked(binding, key.keyPacket, ANY_TIME, config);
  return describe(subkey, { flags: binding.keyFlags, expires: expiryOf(subkey, binding), isRevoked });
}

/** The sooner of the subkey's own end and of the end of its binding. */
function expiryOf(subkey: Subkey, binding: SignaturePacket): Date | number {
  const { keyNeverExpires, keyExpirationTime } = binding;
  const lifeMs = keyNeverExpires === false ? (keyExpirationTime ?? 0) * 1000 : Infinity;
  const endMs = Math.min(subkey.getCreationTime().getTime() + lifeMs, Number(binding.getExpirationTime()));
  return endMs === Infinity ? endMs : new Date(endMs);
}

interface Facts {
  flags: Uint8Array | null;
  expires: Date | number;
  isRevoked: boolean;
}

function describe(part: Key | Subkey, { flags, expires, isRevoked }: Facts): OpenPgpKeyPart {
  return {
    keyId: part.getKeyID().toHex().toUpperCase(),
    fingerprint: part.getFingerprint().toUpperCase(),
    publicKey: Buffer.from(part.keyPacket.write()).toString('base64'),
    canSign: hasFlag(flags, enums.keyFlags.signData),
    canEncryptComms: hasFlag(flags, enums.keyFlags.encryptCommunication),
    canEncryptStorage: hasFlag(flags, enums.keyFlags.encryptStorage),
    canCertify: hasFlag(flags, enums.keyFlags.certifyKeys),
    createdAt: part.getCreationTime(),
    expiresAt: expires instanceof Date ? expires : null,
    isRevoked,
  };
}
