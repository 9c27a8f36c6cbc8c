import type { CompressorName } from '@granary/git-process';

export type ArchiveFormatName = 'zip' | 'tar.gz' | 'tar.zst' | 'tar.xz' | 'tar.bz2' | 'tar';

/** How an archive's files are put together (`container`) and what its bytes pass through afterwards (`compression`). */
export interface ArchiveFormat {
  readonly name: ArchiveFormatName;
  /** What a URL may end in, without the dot; the first is the one that file names get. */
  readonly extensions: readonly [string, ...string[]];
  readonly mediaType: string;
  readonly container: 'zip' | 'tar';
  /** The last three are programs, which a machine may lack. */
  readonly compression: 'none' | 'gzip' | CompressorName;
}

const row = (
  name: ArchiveFormatName,
  mediaType: string,
  compression: ArchiveFormat['compression'],
  ...aliases: string[]
): ArchiveFormat => ({
  name,
  extensions: [name, ...aliases],
  mediaType,
  container: name === 'zip' ? 'zip' : 'tar',
  compression,
});

/** Every format, the most common first. A new one is a row here and, for a new compression, an encoder. */
export const ARCHIVE_FORMATS: readonly ArchiveFormat[] = [
  row('zip', 'application/zip', 'none'),
  row('tar.gz', 'application/gzip', 'gzip', 'tgz'),
  row('tar.zst', 'application/zstd', 'zstd', 'tzst'),
  row('tar.xz', 'application/x-xz', 'xz', 'txz'),
  row('tar.bz2', 'application/x-bzip2', 'bzip2', 'tbz2', 'tbz', 'tb2'),
  row('tar', 'application/x-tar', 'none'),
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
