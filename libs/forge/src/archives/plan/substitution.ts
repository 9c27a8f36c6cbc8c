import { lookUpObjects, readSmallBlobs } from '@granary/git-process';
import type { LsTreeEntry } from '@granary/wire';
import type { CommitLocation } from './commit-location';

const MAX_SEARCHED_BYTES = 1024 * 1024;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** Names of refs, notes, signatures (by the keys at hand), and dates as seen from today. */
const BEYOND_THE_COMMIT = /\$Format:[^$\n]*%(?:[dDSNG]|\(describe|\(decorate|[ac][rh])/;

/**
 * Whether `export-subst` puts something into one of `files` that the commit alone does not decide. Such an archive may
 * differ from one made yesterday, so that nothing may promise the same bytes.
 *
 * @see gitattributes(5), "export-subst"; git-log(1), "PRETTY FORMATS".
 */
export async function dependsOnMore(at: CommitLocation, files: readonly LsTreeEntry[]): Promise<boolean> {
  if (files.length === 0) return false;
  const oids = [...new Set(files.map(({ oid }) => oid))];
  const sizes = (await lookUpObjects(at.git, oids)).map((blob) => blob?.sizeBytes ?? 0);
  const totalBytes = sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0);
  // More than is searched is taken to depend on something.
  if (totalBytes > MAX_OUTPUT_BYTES || sizes.some((sizeBytes) => sizeBytes > MAX_SEARCHED_BYTES)) return true;
  const contents = await readSmallBlobs(at.git, oids, { maxOutputBytes: 2 * MAX_OUTPUT_BYTES });
  return [...contents.values()].some((content) => BEYOND_THE_COMMIT.test(content.toString('latin1')));
}
