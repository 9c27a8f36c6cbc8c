/** A file whose bytes are here and in no commit yet; its user's alone, for one repository. */
export interface StagedUpload {
  id: string;
  path: string;
  sizeBytes: number;
  sha256: string;
  crc32: number;
  /** Its bytes are those of the LFS object of its hash. */
  isPublished: boolean;
}

export interface StagedRow {
  id: string;
  path: string;
  size_bytes: string;
  sha256: string;
  crc32: string;
  is_published: boolean;
}

export function fromRow(row: StagedRow): StagedUpload {
  const { id, path, sha256 } = row;
  const numbers = { sizeBytes: Number(row.size_bytes), crc32: Number(row.crc32) };
  return { id, path, sha256, ...numbers, isPublished: row.is_published };
}

export const stagedKey = (id: string) => `uploads/${id}`;
