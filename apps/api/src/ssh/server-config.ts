import type { Algorithms, ParsedKey, ServerConfig } from 'ssh2';

/** No finite-field groups below 4096 bits, no CBC, no SHA-1, no compression. Strict key exchange is always offered. */
const ALGORITHMS: Algorithms = {
  kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp256', 'diffie-hellman-group16-sha512'],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  // The last two for libssh2 before 1.11 (libgit2 in Debian 12), which knows no other.
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
};

const RSA_SIGNATURES = ['rsa-sha2-512', 'rsa-sha2-256'];

/**
 * One entry per signature algorithm. Given an RSA key as it is, ssh2 would offer `ssh-rsa`, which is SHA-1, whatever
 * list of algorithms it is told; a key that calls itself by its signature is offered for that one alone.
 */
function underEachSignature(key: ParsedKey): { key: ParsedKey }[] {
  if (key.type !== 'ssh-rsa') return [{ key }];
  return RSA_SIGNATURES.map((type) => ({ key: Object.create(key, { type: { value: type } }) as ParsedKey }));
}

export function serverConfig(hostKeys: readonly ParsedKey[]): ServerConfig {
  return {
    hostKeys: hostKeys.flatMap(underEachSignature),
    algorithms: ALGORITHMS,
    ident: 'Granary',
    // A client that does not answer for a minute is gone.
    keepaliveInterval: 15_000,
    keepaliveCountMax: 3,
  };
}
