import type { Readable } from 'node:stream';
import {
  cloneRequestOf,
  lsRefsRequestOf,
  type CloneRequest,
  type LsRefsRequest,
  V2RequestReader,
  type V2Parse,
} from '@granary/wire';
import { protocolVersionOf } from './git-protocol';
import { peek } from './peek';

/** What a `POST git-upload-pack` asks for, as far as this process can answer it; `input` is its body from the first byte. */
export type UploadPackRequest = { input: Readable } & (
  { kind: 'ls-refs'; request: LsRefsRequest } | { kind: 'clone'; request: CloneRequest } | { kind: 'other' }
);

/** A longer request is left to git. */
const MAX_REQUEST_BYTES = 1024 * 1024;
const COMMANDS = ['ls-refs', 'fetch'];

/** @throws ProtocolError for more packets than any client sends, and what `input` fails with. */
export async function readUploadPackRequest(input: Readable, protocol: string | undefined): Promise<UploadPackRequest> {
  if (protocolVersionOf(protocol) !== 2) return { kind: 'other', input };
  const peeked = await peek(input, decideWith(new V2RequestReader((command) => COMMANDS.includes(command))));
  const asked = peeked.decision;
  if (asked?.kind !== 'request') return { kind: 'other', input: peeked.input };
  const refs = asked.command === 'ls-refs' ? lsRefsRequestOf(asked) : null;
  if (refs) return { kind: 'ls-refs', request: refs, input: peeked.input };
  const clone = asked.command === 'fetch' ? cloneRequestOf(asked) : null;
  return clone ? { kind: 'clone', request: clone, input: peeked.input } : { kind: 'other', input: peeked.input };
}

function decideWith(reader: V2RequestReader): (body: Buffer) => V2Parse | null {
  return (body) => {
    const parsed = reader.read(body);
    if (parsed.kind !== 'incomplete') return parsed;
    return body.length > MAX_REQUEST_BYTES ? { kind: 'other' } : null;
  };
}
