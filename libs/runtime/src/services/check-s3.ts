import { DomainError } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import type { S3Config } from '../config';

/** Error codes of the S3 API, and what they say of the configuration. */
const PROBLEMS: Readonly<Record<string, string>> = {
  AccessDenied: 'S3_ACCESS_KEY and S3_SECRET_KEY are refused',
  InvalidAccessKeyId: 'S3_ACCESS_KEY is refused',
  SignatureDoesNotMatch: 'S3_SECRET_KEY is refused',
  AuthorizationHeaderMalformed: 'S3_REGION is not the region of the bucket',
  PermanentRedirect: 'S3_REGION or S3_ENDPOINT is not that of the bucket',
};

/** @throws DomainError `unavailable` in one line that names the variable. */
export async function checkS3(store: ObjectStore, { endpoint, bucket }: S3Config): Promise<void> {
  try {
    await store.check();
  } catch (cause) {
    throw new DomainError('unavailable', `${problemOf(cause, endpoint, bucket)}.`, { cause });
  }
}

function problemOf(error: unknown, endpoint: string, bucket: string): string {
  const { message, cause } = error as Error;
  if (cause === undefined) return `S3_BUCKET names "${bucket}", which does not exist at ${endpoint}`;
  const { code = '', message: reason } = Object(cause) as { code?: string; message?: string };
  const problem = PROBLEMS[code];
  if (problem) return `${problem} for the bucket "${bucket}" at ${endpoint} (${code})`;
  return `S3_ENDPOINT names ${endpoint}, where no S3 store answers (${code || reason || message})`;
}
