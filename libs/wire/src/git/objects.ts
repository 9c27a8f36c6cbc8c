import { cutText } from '@granary/kernel';
import { readMode } from './file-mode';
import { parseIdent, type Ident } from './ident';
import { splitHeaders, textDecoder, type DecodeText } from './object-headers';
import { isOid } from './oid';
import { splitSignedTag } from './signed-object';

/** An object that git could store but that breaks its format. Shown as such, never thrown: histories hold them. */
export interface MalformedObject {
  kind: 'malformed';
  reason: string;
}

export interface CommitObject {
  kind: 'commit';
  tree: string;
  parents: string[];
  author: Ident;
  committer: Ident;
  /** The `encoding` header; null means UTF-8. */
  encoding: string | null;
  /** Decoded by `encoding`, or as {@link textDecoder} does without. All of it, line feeds at its end too. */
  message: string;
  /** `message` is the beginning of a longer one, as it was asked for: {@link CutOptions}. */
  isCut: boolean;
}

export interface TagObject {
  kind: 'tag';
  object: string;
  type: string;
  name: string;
  /** Old tags have none. */
  tagger: Ident | null;
  /** As a commit's, without the signature behind it. */
  message: string;
}

export interface TreeObjectEntry {
  /** Six octal digits, as `git ls-tree` prints them: {@link canonicalMode}. */
  mode: string;
  /** The name's bytes read as UTF-8, with U+FFFD for what does not decode. */
  name: string;
  /** A view of the tree's bytes. */
  nameBytes: Uint8Array;
  oid: string;
}

export interface TreeObject {
  kind: 'tree';
  entries: TreeObjectEntry[];
}

const malformed = (reason: string): MalformedObject => ({ kind: 'malformed', reason });

export interface CutOptions {
  /** The bytes are the beginning of a longer object. */
  isCut?: boolean;
  /** Of the message no more is decoded than these bytes hold. */
  maxMessageBytes?: number;
}

/**
 * Reads the content of a commit object, without the `commit <size>` prefix.
 *
 * @see git-commit-tree(1), "Commit Information"; {@link splitSignedCommit} for its signature.
 */
export function parseCommit(object: Uint8Array, options: CutOptions = {}): CommitObject | MalformedObject {
  const { headers, message } = splitHeaders(object);
  const value = (name: string) => headers.find((header) => header.name === name)?.value ?? null;
  const tree = value('tree');
  if (headers[0]?.name !== 'tree' || tree === null || !isOid(tree)) return malformed('it does not start with a tree');
  const parents = headers.filter((header) => header.name === 'parent').map((header) => header.value);
  if (!parents.every(isOid)) return malformed('a parent is not an object id');

  const encoding = value('encoding');
  const decode = textDecoder(encoding);
  const ident = (name: string) => parseIdent(decode(Buffer.from(value(name) ?? '', 'latin1')));
  const people = { author: ident('author'), committer: ident('committer') };
  const isCut = (options.isCut ?? false) || message.length > (options.maxMessageBytes ?? Infinity);
  const text = isCut ? decodeStart(message.subarray(0, options.maxMessageBytes), decode) : decode(message);
  return { kind: 'commit', tree, parents, ...people, encoding, message: text, isCut };
}

/** The last character may go on behind the cut: it is left out. */
function decodeStart(start: Buffer, decode: DecodeText): string {
  const text = decode(start, { isCut: true });
  return cutText(text, Math.max(0, text.length - 1));
}

/**
 * Reads the content of an annotated tag object, without the `tag <size>` prefix.
 *
 * @see git-mktag(1) for the format; {@link splitSignedTag} for its signature.
 */
export function parseTag(object: Uint8Array): TagObject | MalformedObject {
  const { headers, message } = splitHeaders(splitSignedTag(object)?.payload ?? object);
  const value = (name: string) => headers.find((header) => header.name === name)?.value ?? null;

  const target = value('object');
  const type = value('type');
  const name = value('tag');
  if (target === null || !isOid(target)) return malformed('it does not name the tagged object');
  if (type === null || name === null) return malformed('it lacks a type or a name');
  const decode = textDecoder(value('encoding'));
  const tagger = value('tagger');
  return {
    kind: 'tag',
    object: target,
    type,
    name: decode(Buffer.from(name, 'latin1')),
    tagger: tagger === null ? null : parseIdent(decode(Buffer.from(tagger, 'latin1'))),
    message: decode(message),
  };
}

/**
 * Reads the content of a tree object: `<mode> <name> NUL <oid bytes>`, repeated.
 *
 * @param oidBytes the length of one id: 20 for SHA-1, 32 for SHA-256.
 */
export function parseTree(object: Uint8Array, oidBytes: 20 | 32): TreeObject | MalformedObject {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
  const entries: TreeObjectEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const nul = bytes.indexOf(0, at);
    const next = nul + 1 + oidBytes;
    if (space < 0 || nul < space || next > bytes.length) return malformed(`it breaks off at byte ${at}`);
    const mode = /^[0-7]+$/.test(bytes.toString('latin1', at, space)) ? readMode(bytes, at, space) : null;
    if (mode === null) return malformed(`the entry at byte ${at} has no mode`);
    const nameBytes = bytes.subarray(space + 1, nul);
    if (nameBytes.length === 0) return malformed(`the entry at byte ${at} has no name`);
    entries.push({
      mode: mode.toString(8).padStart(6, '0'),
      name: nameBytes.toString('utf8'),
      nameBytes,
      oid: bytes.toString('hex', nul + 1, next),
    });
    at = next;
  }
  return { kind: 'tree', entries };
}
