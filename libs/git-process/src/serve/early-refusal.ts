import type { Readable, Writable } from 'node:stream';
import { OID_LENGTH, PackOpening } from '@granary/wire';
import { MAX_PACK_BYTES } from '../home/git-config';
import type { PushHooks, Refusal } from '../hooks/push-hooks';
import type { PushCommands } from './push-commands';

/** Below, to wait for the rest costs little, and the pusher is then told the file's name. */
const EARLY_BYTES = 512 * 1024 * 1024;
/** Of the whole push: it is here soon, whatever its files unpack to. */
const SMALL_PUSH_BYTES = 16 * 1024 * 1024;
const HEX_PER_BYTE = 2;

export const PACK_TOO_LARGE: Refusal = {
  message: [
    'This push holds more than 2 GiB outside Git LFS, which is more than the hub takes at once.',
    'Move large files to Git LFS, then push again:',
    '  git lfs migrate import --above=100MB',
    'A long history without large files goes in parts: git push <remote> <older commit>:refs/heads/<branch>',
  ].join('\n'),
  reason: 'the push is larger than 2 GiB',
};

interface Reading {
  input: Readable;
  commands: PushCommands;
  hooks: PushHooks;
  /** Of the whole body, where the client tells it. */
  announcedBytes?: number;
}

/**
 * Reads along what a client sends to receive-pack, to be called in the turn in which somebody begins to read.
 *
 * @returns why the rest need not be sent, as soon as that is known. Where nothing speaks against it: never.
 */
export function watchForRefusal({ input, commands, hooks, announcedBytes = 0 }: Reading): Promise<Refusal> {
  return new Promise((resolve, reject) => {
    let opening: PackOpening | null = null;
    const look = (chunk: Buffer): void => {
      const pack = commands.read(chunk);
      if (!commands.isRead) return;
      if (announcedBytes > MAX_PACK_BYTES) resolve(PACK_TOO_LARGE);
      if (announcedBytes > 0 && announcedBytes <= SMALL_PUSH_BYTES) return void input.off('data', look);
      opening ??= new PackOpening({ largerThanBytes: EARLY_BYTES, idBytes: idBytesOf(commands) });
      opening.read(pack);
      if (!opening.isRead) return;
      input.off('data', look);
      const { largeBlobBytes } = opening;
      if (largeBlobBytes === null || !hooks.largeFile) return;
      hooks.largeFile(largeBlobBytes).then((refusal) => refusal && resolve(refusal), reject);
    };
    input.on('data', look);
  });
}

/** Lets git end as for a client that stops: its report then tells of every ref. What was read already still arrives. */
export function stopFeeding(input: Readable, stdin: Writable): void {
  input.unpipe(stdin);
  stdin.end();
}

function idBytesOf({ commands: [first] }: PushCommands): number {
  return (first?.newOid.length ?? OID_LENGTH.sha1) / HEX_PER_BYTE;
}
