import type { Readable, Writable } from 'node:stream';
import {
  findArchiveFormat,
  type ArchiveAsker,
  type ArchivesService,
  type PreparedArchive,
  type Repository,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import {
  FLUSH_PKT,
  formatPkt,
  formatSideband,
  parseUploadArchive,
  ProtocolError,
  takeUploadArchiveArguments,
  type UploadArchiveRequest,
} from '@granary/wire';

interface Conversation {
  repository: Repository;
  input: Readable;
  output: Writable;
  asker: ArchiveAsker;
}

/** Arguments are few and short: a client that sends more is none. */
const MAX_ARGUMENT_BYTES = 64 * 1024;

/**
 * `git archive --remote` (git-upload-archive(1)), made as every other archive: with LFS content, from the cache, within
 * the limits, in every format of the hub.
 *
 * @throws DomainError before the first byte, and whatever breaks the archive later: the client is then without the
 *   flush that ends it, and git says that it failed.
 */
export async function uploadArchive(archives: ArchivesService, conversation: Conversation): Promise<void> {
  const { input, output, asker } = conversation;
  const request = parseUploadArchive(await readArguments(input));
  if (request.kind === 'refused') {
    const hint = 'Taken are --format, --prefix, --list, -v, -0 to -9, a branch, tag or commit, and paths.';
    throw new DomainError('bad_request', request.reason, { hint });
  }
  const stream =
    request.kind === 'list'
      ? [Buffer.from((await formatNames(archives)).map((name) => `${name}\n`).join(''))]
      : await open(archives, await prepare(archives, conversation.repository, request), asker);
  await write(output, Buffer.concat([formatPkt('ACK\n'), FLUSH_PKT]));
  for await (const chunk of stream) await write(output, formatSideband('data', chunk));
  await write(output, FLUSH_PKT);
}

async function prepare(
  archives: ArchivesService,
  repository: Repository,
  { format, treeish, prefix, paths }: UploadArchiveRequest,
): Promise<PreparedArchive> {
  const found = findArchiveFormat(format);
  if (found) return archives.prepareRemote(repository, { treeish, format: found, prefix, paths });
  const hint = `The formats here are: ${(await formatNames(archives)).join(', ')}.`;
  throw new DomainError('bad_request', `Unknown archive format "${format}".`, { hint });
}

async function open(archives: ArchivesService, prepared: PreparedArchive, asker: ArchiveAsker): Promise<Readable> {
  const kept = await archives.kept(prepared);
  if (kept) return kept.open({ start: 0, end: kept.sizeBytes - 1 }, asker.signal);
  return (await archives.open(prepared, asker)).stream;
}

async function formatNames(archives: ArchivesService): Promise<string[]> {
  return (await archives.formats()).flatMap(({ extensions }) => extensions);
}

async function readArguments(input: Readable): Promise<string[]> {
  let bytes = Buffer.alloc(0);
  // The channel is still needed when the loop is left.
  for await (const chunk of input.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    const found = argumentsIn(bytes);
    if (found) return found;
    if (bytes.length > MAX_ARGUMENT_BYTES) break;
  }
  throw new DomainError('bad_request', 'This is no request for an archive.');
}

function argumentsIn(bytes: Buffer): string[] | null {
  try {
    return takeUploadArchiveArguments(bytes);
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new DomainError('bad_request', `This is no request for an archive: ${cause.message}.`, { cause });
  }
}

function write(output: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => output.write(bytes, (error) => (error ? reject(error) : resolve())));
}
