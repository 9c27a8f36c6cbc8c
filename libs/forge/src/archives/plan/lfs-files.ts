import { Readable } from 'node:stream';
import { lfsPlaceText, type LfsPlace } from '@granary/api-contract';
import { lookUpObjects, readSmallBlobs } from '@granary/git-process';
import { DomainError, visible } from '@granary/kernel';
import { parsePointer, POINTER_LIMIT_BYTES } from '@granary/wire';
import type { LsTreeEntry } from '@granary/wire';
import type { ArchiveLfsObject, LocateMissing, PlannedLfsFile, ResolveLfs } from './archive-plan';
import type { CommitLocation } from './commit-location';
import { pathText } from './tree-paths';

export interface LfsPointerFile {
  /** One character a byte. */
  path: string;
  oid: string;
  sizeBytes: number;
}

const MAX_LISTED_PATHS = 100;
/** What a pointer of size 0 stands for, whatever its oid: git-lfs keeps no object for it. */
const EMPTY: ArchiveLfsObject = { sizeBytes: 0, crc32: 0, open: async () => Readable.from([]) };

/** The files that git-lfs would replace in a checkout: `marked` by an attribute, and pointers by their content. */
export async function findLfsPointers(at: CommitLocation, marked: readonly LsTreeEntry[]): Promise<LfsPointerFile[]> {
  const blobs = await lookUpObjects(at.git, [...new Set(marked.map(({ oid }) => oid))]);
  const small = blobs.flatMap((blob) => (blob && blob.sizeBytes < POINTER_LIMIT_BYTES ? [blob.oid] : []));
  const contents = await readSmallBlobs(at.git, small);
  return marked.flatMap(({ path, oid }) => {
    const content = contents.get(oid);
    const pointer = content === undefined ? null : parsePointer(content);
    return pointer?.kind === 'pointer' ? [{ path, oid: pointer.oid, sizeBytes: pointer.sizeBytes }] : [];
  });
}

interface LfsLookUp {
  resolveLfs: ResolveLfs;
  locateMissing?: LocateMissing;
  missing: 'refuse' | 'pointer';
}

/**
 * Looks all objects up at once.
 *
 * @param options.missing `pointer` leaves out what is not there, or is not what its pointer says.
 * @throws DomainError `lfs_objects_missing`, or `invalid` when an object has another size than its pointer says.
 */
export async function resolveLfsFiles(
  pointers: readonly LfsPointerFile[],
  { resolveLfs, locateMissing, missing }: LfsLookUp,
): Promise<PlannedLfsFile[]> {
  const wanted = [...new Set(pointers.filter(({ sizeBytes }) => sizeBytes > 0).map(({ oid }) => oid))];
  const linked = wanted.length === 0 ? new Map<string, ArchiveLfsObject>() : await resolveLfs(wanted);
  const objectOf = ({ oid, sizeBytes }: LfsPointerFile): ArchiveLfsObject | undefined =>
    sizeBytes === 0 ? EMPTY : linked.get(oid);
  if (missing === 'refuse') {
    const absent = pointers.filter((pointer) => objectOf(pointer) === undefined);
    const place = absent.length === 0 ? null : ((await locateMissing?.()) ?? null);
    refuseIfAny(absent, faultOfAbsent(place));
    refuseIfAny(
      pointers.filter((pointer) => objectOf(pointer)?.sizeBytes !== pointer.sizeBytes),
      WRONG_SIZE,
    );
  }
  return pointers.flatMap((pointer) => {
    const object = objectOf(pointer);
    if (object?.sizeBytes !== pointer.sizeBytes) return [];
    const { sizeBytes, crc32 } = object;
    return [{ path: pointer.path, oid: pointer.oid, sizeBytes, crc32, open: (signal) => object.open(signal) }];
  });
}

interface Fault {
  code: 'lfs_objects_missing' | 'invalid';
  what: string;
  hint: string;
}

const WRONG_SIZE: Fault = {
  code: 'invalid',
  what: 'gives another size than its LFS object has',
  hint: 'Commit the file again, or add ?missing=pointer for an archive with its pointer.',
};

function faultOfAbsent(place: LfsPlace | null): Fault {
  const what = 'has no LFS object in this repository';
  const [why, remedy] =
    place === null
      ? ['', 'Push the missing objects with "git lfs push --all"']
      : [
          `: .lfsconfig at this commit names ${lfsPlaceText(place)}`,
          'Run "git lfs pull" in a clone, which gets the content from there',
        ];
  const hint = `${remedy}, or add ?missing=pointer for an archive with the pointers.`;
  return { code: 'lfs_objects_missing', what: what + why, hint };
}

function refuseIfAny(files: readonly LfsPointerFile[], { code, what, hint }: Fault): void {
  if (files.length === 0) return;
  const paths = files.slice(0, MAX_LISTED_PATHS).map(({ path }) => visible(pathText(path)));
  const who = files.length === 1 ? `${paths[0]}` : `Each of ${files.length} files, ${paths[0]} among them,`;
  throw new DomainError(code, `${who} ${what}.`, { hint, details: { paths, count: files.length } });
}
