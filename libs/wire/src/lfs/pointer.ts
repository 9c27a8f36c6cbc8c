import { isLfsOid } from './oid';

/** A blob of this many bytes or more is never a pointer. */
export const POINTER_LIMIT_BYTES = 1024;

export interface PointerExtension {
  name: string;
  /** 0 to 9; no two extensions of a pointer share one. */
  priority: number;
  oid: string;
}

export interface LfsPointer {
  kind: 'pointer';
  oid: string;
  sizeBytes: number;
  /** By priority. */
  extensions: PointerExtension[];
  /** Whether git-lfs would have written the very same bytes. */
  canonical: boolean;
}

/** `empty`: no bytes at all, which stands for an empty file. */
export type ParsedPointer = LfsPointer | { kind: 'empty' } | { kind: 'not_pointer'; reason: string };

const VERSION = 'https://git-lfs.github.com/spec/v1';
const VERSIONS = [VERSION, 'https://hawser.github.com/spec/v1', 'http://git-media.io/v/2'];
const KEYS = ['version', 'oid', 'size'] as const;
const EXTENSION_KEY = /^ext-\d-\w/;

// White space as Go's bytes.TrimSpace has it: ASCII, and Unicode's in UTF-8, here one character a byte.
const SPACE = String.raw`(?:[\t-\r ]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)+`;
const OUTER_SPACE = new RegExp(`^${SPACE}|${SPACE}$`, 'g');

const notPointer = (reason: string): ParsedPointer => ({ kind: 'not_pointer', reason });

/**
 * Reads a blob as git-lfs does: early version URLs, extensions, CRLF, blank lines and white space around it all pass.
 * One difference: a size of 2^53 bytes or more is refused, because no number here could hold it.
 *
 * @param blob the whole blob; from {@link POINTER_LIMIT_BYTES} on it is never a pointer.
 * @see git-lfs: docs/spec.md, "The Pointer"; lfs/pointer.go for what the specification leaves open.
 */
export function parsePointer(blob: Uint8Array): ParsedPointer {
  if (blob.length === 0) return { kind: 'empty' };
  if (blob.length >= POINTER_LIMIT_BYTES) return notPointer(`it has ${POINTER_LIMIT_BYTES} bytes or more`);
  // One character a byte: an extension's name may hold any bytes, and "canonical" compares bytes.
  const text = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength).toString('latin1');
  const lines = readLines(text.replace(OUTER_SPACE, ''));
  if (typeof lines === 'string') return notPointer(lines);

  const [version, oidValue, sizeValue] = lines.values;
  if (version === undefined || !VERSIONS.includes(version)) return notPointer('its version is unknown');
  const oid = parseOidValue(oidValue);
  if (oid === null) return notPointer('its oid is not a SHA-256');
  const sizeBytes = parseSize(sizeValue);
  if (sizeBytes === null) return notPointer('its size is not a number of bytes');
  const extensions = readExtensions(lines.extensions);
  if (typeof extensions === 'string') return notPointer(extensions);

  const named = extensions.map((extension) => ({ ...extension, name: fromBytes(extension.name) }));
  const canonical = sizeBytes > 0 && encode({ oid, sizeBytes, extensions }) === text;
  return { kind: 'pointer', oid, sizeBytes, extensions: named, canonical };
}

interface PointerLines {
  /** The values of {@link KEYS}, as far as they go. */
  values: string[];
  extensions: Map<string, string>;
}

function readLines(text: string): PointerLines | string {
  if (!/git-media|hawser|git-lfs/.test(text)) return 'it does not name a version of Git LFS';
  const found: PointerLines = { values: [], extensions: new Map() };
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue;
    const space = line.indexOf(' ');
    if (space < 0) return 'a line has no value';
    if (found.values.length === KEYS.length) return 'a line follows the size';
    const key = line.slice(0, space);
    const value = line.slice(space + 1);
    if (key === KEYS[found.values.length]) found.values.push(value);
    else if (EXTENSION_KEY.test(key)) found.extensions.set(key, value);
    else return `it lacks the key ${KEYS[found.values.length]} where it belongs`;
  }
  return found;
}

function readExtensions(lines: Map<string, string>): PointerExtension[] | string {
  const extensions: PointerExtension[] = [];
  for (const [key, value] of lines) {
    const oid = parseOidValue(value);
    if (oid === null) return 'the oid of an extension is not a SHA-256';
    const priority = Number(key.charAt('ext-'.length));
    if (extensions.some((extension) => extension.priority === priority)) return 'two extensions share a priority';
    extensions.push({ name: key.slice('ext-0-'.length), priority, oid });
  }
  return extensions.sort((one, other) => one.priority - other.priority);
}

function parseOidValue(value: string | undefined): string | null {
  const oid = value?.startsWith('sha256:') ? value.slice('sha256:'.length) : '';
  return isLfsOid(oid) ? oid : null;
}

function parseSize(value: string | undefined): number | null {
  if (value === undefined || !/^[+-]?\d+$/.test(value)) return null;
  const sizeBytes = Number(value);
  return Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 ? Math.abs(sizeBytes) : null;
}

type PointerFacts = Pick<LfsPointer, 'oid' | 'sizeBytes'> & Partial<Pick<LfsPointer, 'extensions'>>;

/** The bytes that git-lfs writes: nothing at all for an empty file. */
export function formatPointer(facts: PointerFacts): Buffer {
  return facts.sizeBytes === 0 ? Buffer.alloc(0) : Buffer.from(encode(facts));
}

function encode({ oid, sizeBytes, extensions = [] }: PointerFacts): string {
  const sorted = [...extensions].sort((one, other) => one.priority - other.priority);
  const lines = sorted.map((extension) => `ext-${extension.priority}-${extension.name} sha256:${extension.oid}\n`);
  return `version ${VERSION}\n${lines.join('')}oid sha256:${oid}\nsize ${sizeBytes}\n`;
}

function fromBytes(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
