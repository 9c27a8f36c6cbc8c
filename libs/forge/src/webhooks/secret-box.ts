import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Webhook secrets at rest: AES-256-GCM under a key of their own, bound to the repository, so that a row that is moved to
 * another repository cannot be opened. Layout: version (1 byte), nonce (12), tag (16), ciphertext.
 *
 * @see NIST SP 800-38D; RFC 5869 for the key.
 */
export class SecretBox {
  private readonly key: Buffer;

  /** @param instanceSecret 32 bytes. */
  constructor(instanceSecret: Buffer) {
    this.key = Buffer.from(hkdfSync('sha256', instanceSecret, '', 'granary webhook secrets', 32));
  }

  seal(secret: string, repositoryId: number): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(boundTo(repositoryId));
    const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), ciphertext]);
  }

  /** @throws Error if the box was made with another key, for another repository, or changed since. */
  open(box: Buffer, repositoryId: number): string {
    if (box[0] !== VERSION || box.length < 1 + NONCE_BYTES + TAG_BYTES) throw new Error('not a sealed secret');
    const nonce = box.subarray(1, 1 + NONCE_BYTES);
    const tag = box.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(boundTo(repositoryId))
      .setAuthTag(tag);
    const ciphertext = box.subarray(1 + NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
  }
}

function boundTo(repositoryId: number): Buffer {
  return Buffer.from(`repository:${repositoryId}`);
}
