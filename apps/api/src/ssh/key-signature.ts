import { verifySshSignature } from '@granary/wire';

/** What a client sends to prove that it holds a key (RFC 4252, section 7), as ssh2 hands it over. */
export interface KeyProof {
  /** Of the key; for RSA always `ssh-rsa`. */
  type: string;
  /** The public key in its wire form. */
  key: Buffer;
  /** For RSA what the signature was made with; undefined is SHA-1. */
  hashAlgorithm: string | undefined;
  /** Without its outer type and length; of ECDSA in ASN.1. */
  signature: Buffer;
  /** What was signed. */
  message: Buffer;
}

/** RSA with SHA-1 is refused, as is a type that is not the key's own. */
export function isProven({ type, key, hashAlgorithm, signature, message }: KeyProof): boolean {
  const algorithm = type === 'ssh-rsa' ? `rsa-sha2-${hashAlgorithm?.replace('sha', '')}` : type;
  const ecdsaForm = type.startsWith('ecdsa-') ? 'der' : 'mpints';
  return verifySshSignature(key, { algorithm, bytes: signature, ecdsaForm }, message);
}
