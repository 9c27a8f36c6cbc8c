/** How an archive's files are put together (`container`) and what its bytes pass through afterwards (`compression`). */
export interface ArchiveFormat {
  readonly name: 'zip' | 'tar' | 'tar.gz';
  /** What a URL may end in, without the dot; the first is the one that file names get. */
  readonly extensions: readonly [string, ...string[]];
  readonly mediaType: string;
  readonly container: 'zip' | 'tar';
  readonly compression: 'none' | 'gzip';
}

export type ArchiveFormatName = ArchiveFormat['name'];

/** The formats on offer. A new one is a row here and, for a new compression, an encoder in archive-stream.ts. */
export const ARCHIVE_FORMATS: readonly ArchiveFormat[] = [
  { name: 'zip', extensions: ['zip'], mediaType: 'application/zip', container: 'zip', compression: 'none' },
  {
    name: 'tar.gz',
    extensions: ['tar.gz', 'tgz'],
    mediaType: 'application/gzip',
    container: 'tar',
    compression: 'gzip',
  },
  { name: 'tar', extensions: ['tar'], mediaType: 'application/x-tar', container: 'tar', compression: 'none' },
];

/** The format that `name` (`zip`, `tar.gz`, `tgz`, …) stands for, or `null`. */
export function findArchiveFormat(name: string): ArchiveFormat | null {
  return ARCHIVE_FORMATS.find((format) => format.extensions.includes(name)) ?? null;
}

/** Splits `main.tar.gz` into `main` and its format; `null` when no known extension ends it or nothing stands before. */
export function splitArchiveExtension(fileName: string): { base: string; format: ArchiveFormat } | null {
  for (const format of ARCHIVE_FORMATS) {
    const extension = format.extensions.find((candidate) => fileName.endsWith(`.${candidate}`));
    const base = extension === undefined ? '' : fileName.slice(0, -extension.length - 1);
    if (base !== '' && !base.endsWith('/')) return { base, format };
  }
  return null;
}
