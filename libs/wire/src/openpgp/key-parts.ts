import { enums, type Config, type Key, type SignaturePacket, type Subkey } from 'openpgp';

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

/** No moment: a signature on a key is checked for what it says, not for when. */
const ANY_TIME = null as unknown as Date;

/** What the primary key says of itself; null when no user ID of the key is rightly signed. */
export async function readPrimary(key: Key, config: Config): Promise<OpenPgpKeyPart | null> {
  const primaryUser = await key.getPrimaryUser(ANY_TIME, undefined, config).catch(() => null);
  const expires = await key.getExpirationTime(undefined, config);
  if (!primaryUser || expires === null) return null;
  const isRevoked = await key.isRevoked(undefined, undefined, undefined, config);
  return describe(key, { flags: primaryUser.selfCertification.keyFlags, expires, isRevoked });
}

/**
 * What the key says of one of its subkeys; null when the two are not rightly bound to each other. A subkey that signs
 * must have signed the binding too: otherwise anyone could claim another's subkey, and with it another's signatures.
 *
 * @see RFC 9580, section 5.2.1.9 (subkey binding), 5.2.1.10 (primary key binding).
 */
export async function readSubkey(key: Key, subkey: Subkey, config: Config): Promise<OpenPgpKeyPart | null> {
  const binding = await findBinding(key, subkey, config);
  if (!binding) return null;
  const isRevoked = await subkey.isRevoked(binding, key.keyPacket, undefined, config);
  return describe(subkey, { flags: binding.keyFlags, expires: expiryOf(subkey, binding), isRevoked });
}

/** The sooner of the subkey's own end and of the end of its binding. */
function expiryOf(subkey: Subkey, binding: SignaturePacket): Date | number {
  const { keyNeverExpires, keyExpirationTime } = binding;
  const lifeMs = keyNeverExpires === false ? (keyExpirationTime ?? 0) * 1000 : Infinity;
  const endMs = Math.min(subkey.getCreationTime().getTime() + lifeMs, Number(binding.getExpirationTime()));
  return endMs === Infinity ? endMs : new Date(endMs);
}

/** The latest right one. */
async function findBinding(key: Key, subkey: Subkey, config: Config): Promise<SignaturePacket | null> {
  const bound = { key: key.keyPacket, bind: subkey.keyPacket };
  const latestFirst = [...subkey.bindingSignatures].sort((a, b) => Number(b.created) - Number(a.created));
  for (const binding of latestFirst) {
    if (!(await isRight(binding, key.keyPacket, enums.signature.subkeyBinding, { bound, config }))) continue;
    if (!hasFlag(binding.keyFlags, enums.keyFlags.signData)) return binding;
    const back = binding.embeddedSignature;
    if (back && (await isRight(back, subkey.keyPacket, enums.signature.keyBinding, { bound, config }))) return binding;
  }
  return null;
}

async function isRight(
  signature: SignaturePacket,
  signer: Key['keyPacket'] | Subkey['keyPacket'],
  type: enums.signature,
  { bound, config }: { bound: object; config: Config },
): Promise<boolean> {
  if (signature.signatureType !== type) return false;
  return signature.verify(signer, type, bound, ANY_TIME, false, config).then(
    () => true,
    () => false,
  );
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

function hasFlag(flags: Uint8Array | null, flag: enums.keyFlags): boolean {
  return ((flags?.[0] ?? 0) & flag) !== 0;
}
