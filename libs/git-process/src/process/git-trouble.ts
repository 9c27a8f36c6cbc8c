import { GitFailed } from './git-failed';

/** What git says of a repository whose files are not what they were (die(), error() in its sources). */
const DAMAGED = [
  /not (appear to be )?a git repository/,
  /object file \S+ is empty/,
  /loose object \S+ \(stored in .*\) is corrupt/,
  /packfile \S+ (is|cannot|far too short|does not match|has)/,
  /index file \S+ (is too small|is corrupt)/,
  /pack has bad object|packed object \S+ .*is corrupt/,
  /inflate: data stream error|unable to unpack \S+ header/,
  /(missing|unable to read|Could not read|cannot read|failed to read) (object|tree|commit|blob|sha1 file|[0-9a-f]{40})/i,
  /bad object (HEAD|refs\/)|missing object [0-9a-f]{40,64} for refs\//,
  /ignoring (broken|dangling) ref|bad ref for|invalid HEAD|bad config (line|file)/,
  /unknown repository (format|extension)|Failed to resolve HEAD as a valid ref/,
];
/** Of a disk on which nothing more can be written. */
export const DISK_FULL = /No space left on device|Disk quota exceeded|File too large/;

/** A file or directory of a repository that should be there and is not. */
const IN_A_REPOSITORY = /\/[0-9a-f]{2}\/\d+\.git(\/|$)/;
const LOST = new Set(['ENOENT', 'ENOTDIR', 'EIO', 'EISDIR']);
const FULL_CODES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Whether a failure is not the hub's but the disk's: `damaged` when a repository's files are broken or gone, `full` when
 * nothing more can be written. Git's text and the system's are for the log alone; they name paths of this machine.
 */
export function damageOf(error: unknown): 'damaged' | 'full' | null {
  if (error instanceof GitFailed) {
    if (DISK_FULL.test(error.stderr)) return 'full';
    return DAMAGED.some((pattern) => pattern.test(error.stderr)) ? 'damaged' : null;
  }
  if (!(error instanceof Error)) return null;
  const { code = '', path = '' } = error as NodeJS.ErrnoException;
  if (FULL_CODES.has(code)) return 'full';
  if (LOST.has(code) && IN_A_REPOSITORY.test(path)) return 'damaged';
  return error.cause === undefined || error.cause === error ? null : damageOf(error.cause);
}
