import { createMessage, enums, readKey, readSignature, SignaturePacket, type Config, type Key } from 'openpgp';
import { readPrimary, readSubkey } from './key-parts';
import { configOf, type OpenPgpPolicy } from './policy';

export interface OpenPgpSignature {
  kind: 'signature';
  /** Of the key or subkey that it claims to be by: 16 hex digits in upper case; zeros when it does not say. */
  keyId: string;
  packet: SignaturePacket;
}

export type ParsedOpenPgpSignature = OpenPgpSignature | { kind: 'malformed'; reason: string };

/** How a signature stands to a key. Only `good` makes it count; all but `invalid` say that the key did sign. */
export type OpenPgpVerdict = 'good' | 'invalid' | 'expired_key' | 'revoked_key' | 'not_signing_key';

const ARMOR = /^-----BEGIN PGP SIGNATURE-----\r?\n(?:(?!-----)[\s\S])*-----END PGP SIGNATURE-----\s*$/;
/** Clocks differ: a signature may come from so far in the future. */
const CLOCK_SKEW_MS = 5 * 60_000;

const malformed = (reason: string): ParsedOpenPgpSignature => ({ kind: 'malformed', reason });

/**
 * Reads an armoured detached signature: exactly one, as git makes it.
 *
 * @see RFC 9580, section 10.4 (detached signatures).
 */
export async function parseOpenPgpSignature(armored: string): Promise<ParsedOpenPgpSignature> {
  if (!ARMOR.test(armored)) return malformed('it has no armour of a PGP signature');
  const read = await readSignature({ armoredSignature: armored.trim() }).catch(() => null);
  const [packet, ...others] = read?.packets ?? [];
  if (!(packet instanceof SignaturePacket)) return malformed('it holds no signature that can be read');
  if (others.length > 0) return malformed('it holds more than one signature');
  return { kind: 'signature', keyId: packet.issuerKeyID.toHex().toUpperCase(), packet };
}

/** A registered key, parsed once and then good for many signatures. */
export type SigningKey = Key;

/** @param armored as {@link parseOpenPgpKey} gave it. */
export async function readSigningKey(armored: string): Promise<SigningKey> {
  return readKey({ armoredKey: armored });
}

/**
 * Whether `key` signed `payload`, and whether it may. As for gpg and git, a key that is expired or revoked now vouches for
 * nothing, whenever the signature claims to be from: that moment is the signer's word alone.
 */
export async function checkOpenPgpSignature(
  { keyId, packet }: OpenPgpSignature,
  payload: Uint8Array,
  by: { key: SigningKey; now: Date; policy?: OpenPgpPolicy },
): Promise<OpenPgpVerdict> {
  const { key, policy = {} } = by;
  const config = configOf(policy);
  const [part] = key.getKeys(packet.issuerKeyID);
  if (!part || packet.signatureType !== enums.signature.binary) return 'invalid';
  const now = new Date(by.now.getTime() + CLOCK_SKEW_MS);
  const { packets } = await createMessage({ binary: payload });
  try {
    await packet.verify(part.keyPacket, enums.signature.binary, packets[0] as object, now, true, config);
  } catch {
    return 'invalid';
  }
  if (!packet.created || part.getCreationTime() > packet.created) return 'invalid';
  return standingOf(key, keyId, { now, config });
}

/** Of the part of `key` that has `keyId`; a subkey stands no better than its primary key. */
async function standingOf(key: Key, keyId: string, at: { now: Date; config: Config }): Promise<OpenPgpVerdict> {
  const { now, config } = at;
  const primary = await readPrimary(key, config);
  const subkey = key.subkeys.find((each) => each.getKeyID().toHex().toUpperCase() === keyId);
  const part = subkey ? await readSubkey(key, subkey, config) : primary;
  if (!primary || !part) return 'invalid';
  if (primary.isRevoked || part.isRevoked) return 'revoked_key';
  if ([primary, part].some(({ expiresAt }) => expiresAt && expiresAt <= now)) return 'expired_key';
  // Asks for the rest: that it may sign, and that the primary key and the part are strong enough.
  const signer = await key.getSigningKey((subkey ?? key).getKeyID(), now, undefined, config).catch(() => null);
  return signer ? 'good' : 'not_signing_key';
}
