import { hasAsciiControls } from '@granary/kernel';
import { ProtocolError } from '../protocol-error';
import { takePkt } from './pkt-line';

/** What `git archive --remote` asks for. */
export interface UploadArchiveRequest {
  kind: 'archive';
  /** As the client wrote it; `tar` when it wrote none. */
  format: string;
  /** Stands before every path. */
  prefix: string;
  treeish: string;
  paths: string[];
}

export type ParsedUploadArchive = UploadArchiveRequest | { kind: 'list' } | { kind: 'refused'; reason: string };

/** As git's own server has it. */
const MAX_ARGUMENTS = 64;
const MAX_PREFIX_BYTES = 4096;
const TOKEN = 'argument ';
const IGNORED = /^(-v|--verbose|-[0-9]|--worktree-attributes)$/;

const refused = (reason: string): ParsedUploadArchive => ({ kind: 'refused', reason });

/**
 * Reads the packets with which a client of `git upload-archive` begins.
 *
 * @returns its arguments, or `null` when `buffer` does not hold all of them yet.
 * @throws ProtocolError for anything but `argument` packets and a flush, and for too many of them.
 * @see git: builtin/upload-archive.c.
 */
export function takeUploadArchiveArguments(buffer: Uint8Array): string[] | null {
  const found: string[] = [];
  for (let at = 0; ;) {
    const taken = takePkt(buffer.subarray(at));
    if (taken === null) return null;
    at += taken.size;
    if (taken.pkt.kind === 'flush') return found;
    const text = taken.pkt.kind === 'data' ? Buffer.from(taken.pkt.data).toString('utf8') : '';
    if (!text.startsWith(TOKEN)) throw new ProtocolError('An argument or a flush packet was expected');
    if (found.length === MAX_ARGUMENTS) throw new ProtocolError(`More than ${MAX_ARGUMENTS} arguments`);
    found.push(text.slice(TOKEN.length).replace(/\n$/, ''));
  }
}

/**
 * Understands the arguments of git-archive(1) as far as a server obeys them. The list is exact: `--output`, `--exec`
 * and the like are never meant for a server.
 */
export function parseUploadArchive(given: readonly string[]): ParsedUploadArchive {
  const options = { format: 'tar', prefix: '' };
  const names: string[] = [];
  for (let at = 0; at < given.length; at++) {
    const argument = given[at] ?? '';
    if (hasAsciiControls(argument)) return refused('An argument holds control characters.');
    if (argument === '--') {
      names.push(...given.slice(at + 1));
      break;
    }
    if (argument === '-l' || argument === '--list') return { kind: 'list' };
    const [, name, value] = /^--(format|prefix)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name === 'format' || name === 'prefix') options[name] = value ?? given[++at] ?? '';
    else if (argument.startsWith('-') && !IGNORED.test(argument))
      return refused(`The option ${argument} is not taken.`);
    else if (!IGNORED.test(argument)) names.push(argument);
  }
  const [treeish, ...paths] = names;
  if (treeish === undefined) return refused('A branch, tag or commit must be named.');
  if ([treeish, options.prefix, ...paths].some((text) => hasAsciiControls(text)))
    return refused('An argument holds control characters.');
  if (Buffer.byteLength(options.prefix) > MAX_PREFIX_BYTES) return refused('The prefix is too long.');
  if (options.prefix.startsWith('/') || options.prefix.split('/').includes('..'))
    return refused('The prefix must lie below the place where the archive is unpacked.');
  return { kind: 'archive', ...options, treeish, paths };
}
