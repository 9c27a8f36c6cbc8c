import { hkdfSync } from 'node:crypto';
import { isSignatureOf, signatureOf } from '@granary/kernel';

/** What an LFS credential allows: one operation in one repository, as one user, for a while. */
export interface LfsCredential {
  operation: 'upload' | 'download';
  repositoryId: number;
  userId: number;
  expiresAtSeconds: number;
}

export const LFS_CREDENTIAL_PREFIX = 'gry_lfs_';
const SHAPE = /^gry_lfs_(up|down)_([0-9]{1,10})_([0-9]{1,10})_([0-9]{1,12})_([A-Za-z0-9_-]{43})$/;

/** Signs and reads the credentials that a batch answer and `git-lfs-authenticate` hand out. */
export class LfsCredentials {
  private readonly key: Buffer;

  constructor(instanceSecret: Buffer) {
    this.key = Buffer.from(hkdfSync('sha256', instanceSecret, '', 'granary lfs credential', 32));
  }

  issue(credential: LfsCredential): string {
    const operation = credential.operation === 'upload' ? 'up' : 'down';
    const text =
      LFS_CREDENTIAL_PREFIX +
      [operation, credential.repositoryId, credential.userId, credential.expiresAtSeconds].join('_');
    return `${text}_${signatureOf(text, this.key)}`;
  }

  /** Null when it is none, was altered, or is expired. */
  read(secret: string, now: Date): LfsCredential | null {
    const match = SHAPE.exec(secret);
    if (!match) return null;
    const [, operation, repositoryId, userId, expires, signature = ''] = match;
    if (!isSignatureOf(secret.slice(0, -signature.length - 1), signature, this.key)) return null;
    if (Number(expires) * 1000 <= now.getTime()) return null;
    return {
      operation: operation === 'up' ? 'upload' : 'download',
      repositoryId: Number(repositoryId),
      userId: Number(userId),
      expiresAtSeconds: Number(expires),
    };
  }
}
