import { hkdfSync } from 'node:crypto';
import { DomainError, isSignatureOf, signatureOf } from '@granary/kernel';

/** One transfer of one object of one repository: what a signed URL allows, and nothing else. */
export interface TransferGrant {
  operation: 'upload' | 'download' | 'tus' | 'multipart';
  repositoryId: number;
  oid: string;
  sizeBytes: number;
  /** Who was allowed; 0 for anonymous. */
  userId: number;
  expiresAtSeconds: number;
}

/** Each field with its length before it, so that no two grants share a signed text. */
function signedText(grant: TransferGrant): string {
  const method = grant.operation === 'download' ? 'GET' : 'PUT';
  const { repositoryId, oid, sizeBytes, userId, expiresAtSeconds } = grant;
  const fields = ['lfs-transfer', method, grant.operation, repositoryId, oid, sizeBytes, userId, expiresAtSeconds];
  return fields.map((field) => `${String(field).length}:${field}`).join('');
}

const NUMBER = /^(0|[1-9][0-9]{0,15})$/;

/** Signs and checks the query of the embedded store's transfer URLs. */
export class TransferGrants {
  private readonly key: Buffer;

  constructor(instanceSecret: Buffer) {
    this.key = Buffer.from(hkdfSync('sha256', instanceSecret, '', 'granary lfs transfer', 32));
  }

  query(grant: TransferGrant): string {
    return new URLSearchParams({
      operation: grant.operation,
      size: String(grant.sizeBytes),
      user: String(grant.userId),
      expires: String(grant.expiresAtSeconds),
      signature: signatureOf(signedText(grant), this.key),
    }).toString();
  }

  /** @throws DomainError `forbidden` when the query was not signed for exactly this transfer, or is expired. */
  verify(
    query: Record<string, unknown>,
    expected: { operation: TransferGrant['operation']; repositoryId: number; oid: string; now: Date },
  ): TransferGrant {
    const { size, user, expires, signature } = query;
    const numbers = [size, user, expires];
    if (!numbers.every((n): n is string => typeof n === 'string' && NUMBER.test(n)) || typeof signature !== 'string') {
      throw new DomainError('forbidden', 'This transfer URL is not complete.', {
        hint: 'Ask for a new one with a batch request.',
      });
    }
    const grant: TransferGrant = {
      operation: expected.operation,
      repositoryId: expected.repositoryId,
      oid: expected.oid,
      sizeBytes: Number(size),
      userId: Number(user),
      expiresAtSeconds: Number(expires),
    };
    if (query['operation'] !== expected.operation || !isSignatureOf(signedText(grant), signature, this.key)) {
      throw new DomainError('forbidden', 'This transfer URL was altered or made for something else.');
    }
    if (grant.expiresAtSeconds * 1000 <= expected.now.getTime()) {
      throw new DomainError('forbidden', 'This transfer URL has expired.', { hint: 'Run the git-lfs command again.' });
    }
    return grant;
  }
}
