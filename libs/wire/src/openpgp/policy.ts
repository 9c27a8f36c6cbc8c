import { config, enums, type Config } from 'openpgp';

/** Which keys are trusted with a signature. DSA, SHA-1 over messages and the like are the library's own refusals. */
export interface OpenPgpPolicy {
  /** 3072 unless told. */
  minRsaBits?: number;
}

const DEFAULT_MIN_RSA_BITS = 3072;

export const SIGNING_ALGORITHMS: ReadonlySet<enums.publicKey> = new Set([
  enums.publicKey.rsaEncryptSign,
  enums.publicKey.rsaSign,
  enums.publicKey.ecdsa,
  enums.publicKey.eddsaLegacy,
  enums.publicKey.ed25519,
  enums.publicKey.ed448,
]);

/** Of the rest the library's build for Node can check no signature (Brainpool), or refuses to (secp256k1). */
export const SIGNING_CURVES: ReadonlySet<string> = new Set([
  enums.curve.nistP256,
  enums.curve.nistP384,
  enums.curve.nistP521,
  enums.curve.ed25519Legacy,
]);

/** The library's configuration for a policy; never its global one, which any other code could change. */
export function configOf({ minRsaBits = DEFAULT_MIN_RSA_BITS }: OpenPgpPolicy): Config {
  return { ...config, minRSABits: minRsaBits };
}
