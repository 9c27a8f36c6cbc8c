import { DomainError } from '@granary/kernel';
import type { LfsObjectsService } from '../lfs-objects.service';
import type { LfsUpload, LfsUploadsService, UploadClaim } from '../lfs-uploads.service';

/**
 * The upload that a signed URL speaks of.
 * @returns null when its object is linked by now.
 * @throws DomainError `not_found` when it is over without success, or was given up.
 */
export async function openUpload(
  { uploads, objects }: { uploads: LfsUploadsService; objects: LfsObjectsService },
  repositoryId: number,
  { oid, sizeBytes }: UploadClaim,
): Promise<LfsUpload | null> {
  const upload = await uploads.find(repositoryId, oid);
  if (upload?.sizeBytes === sizeBytes) return upload;
  const linked = (await objects.linked(repositoryId, [oid])).get(oid);
  if (linked?.sizeBytes === sizeBytes) return null;
  throw new DomainError('not_found', 'There is no such upload any more.', { hint: 'Run the git-lfs command again.' });
}
