import { enums, type Config, type Key, type SignaturePacket, type Subkey } from 'openpgp';

/** No moment: a signature on a key is checked for what it says, not for when. */
export const ANY_TIME = null as unknown as Date;

/** User IDs are certified in four ways, which mean the same (RFC 9580, section 5.2.1). */
const CERTIFICATIONS: ReadonlySet<unknown> = new Set([
  enums.signature.certGeneric,
  enums.signature.certPersona,
  enums.signature.certCasual,
  enums.signature.certPositive,
]);

export interface SelfSigned {
  /** For a certification `certGeneric` stands for all four. */
  type: enums.signature;
  signer: Key['keyPacket'] | Subkey['keyPacket'];
  /** What was signed. */
  data: object;
  config: Config;
}

export async function isRight(
  signature: SignaturePacket,
  { type, signer, data, config }: SelfSigned,
): Promise<boolean> {
  const isOfType = signature.signatureType === type;
  const isCertification = type === enums.signature.certGeneric && CERTIFICATIONS.has(signature.signatureType);
  if (!isOfType && !isCertification) return false;
  return signature.verify(signer, type, data, ANY_TIME, false, config).then(
    () => true,
    () => false,
  );
}

export function latestFirst(signatures: readonly SignaturePacket[]): SignaturePacket[] {
  return [...signatures].sort((a, b) => Number(b.created) - Number(a.created));
}

/** Those of `signatures` that are right, the latest first, at most `limit`. */
export async function rightOnes(
  signatures: readonly SignaturePacket[],
  by: SelfSigned,
  limit: number,
): Promise<SignaturePacket[]> {
  const right: SignaturePacket[] = [];
  for (const signature of latestFirst(signatures)) {
    if (right.length === limit) break;
    if (await isRight(signature, by)) right.push(signature);
  }
  return right;
}

/**
 * The latest binding between a key and its subkey. A subkey that signs must have signed it too: otherwise anyone could
 * claim another's subkey, and with it another's signatures.
 *
 * @see RFC 9580, section 5.2.1.9 (subkey binding), 5.2.1.10 (primary key binding).
 */
export async function findBinding(key: Key, subkey: Subkey, config: Config): Promise<SignaturePacket | null> {
  const data = { key: key.keyPacket, bind: subkey.keyPacket };
  const byPrimary = { type: enums.signature.subkeyBinding, signer: key.keyPacket, data, config };
  const bySubkey = { type: enums.signature.keyBinding, signer: subkey.keyPacket, data, config };
  for (const binding of latestFirst(subkey.bindingSignatures)) {
    if (!(await isRight(binding, byPrimary))) continue;
    if (!hasFlag(binding.keyFlags, enums.keyFlags.signData)) return binding;
    if (binding.embeddedSignature && (await isRight(binding.embeddedSignature, bySubkey))) return binding;
  }
  return null;
}

export function hasFlag(flags: Uint8Array | null, flag: enums.keyFlags): boolean {
  return ((flags?.[0] ?? 0) & flag) !== 0;
}
