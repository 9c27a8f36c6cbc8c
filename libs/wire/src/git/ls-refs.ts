import { ProtocolError } from '../protocol-error';
import { isOid, zeroOid, type ObjectFormat } from './oid';
import { FLUSH_PKT, formatPkt, takePkt } from './pkt-line';
import type { V2Request } from './v2-request';

/** One ref as `ls-refs` tells it. Texts hold a byte in each character (latin1): git does not ask names to be UTF-8. */
export interface AdvertisedRef {
  /** Full name, or `HEAD`. */
  name: string;
  /** `null`: `HEAD` names a branch that does not exist. */
  oid: string | null;
  /** What a symbolic ref names. */
  symrefTarget: string | null;
  /** What an annotated tag finally points at. */
  peeledOid: string | null;
}

/** What a client asks of `ls-refs`. */
export interface LsRefsRequest {
  objectFormat: string;
  peel: boolean;
  symrefs: boolean;
  unborn: boolean;
  /** Names that begin with one of these; none: all. */
  prefixes: string[];
}

/** git ignores all prefixes where there are more. */
const MAX_PREFIXES = 65_536;

/** Reads what follows `command=ls-refs` (gitprotocol-v2(5), "ls-refs"). @returns `null` for what only git understands. */
export function lsRefsRequestOf({ objectFormat, lines }: V2Request): LsRefsRequest | null {
  const request: LsRefsRequest = { objectFormat, peel: false, symrefs: false, unborn: false, prefixes: [] };
  for (const line of lines) {
    if (line === 'peel' || line === 'symrefs' || line === 'unborn') request[line] = true;
    else if (line.startsWith('ref-prefix ')) request.prefixes.push(line.slice('ref-prefix '.length));
    else return null;
  }
  return request.prefixes.length <= MAX_PREFIXES ? request : null;
}

/** The request for everything that {@link parseLsRefsAnswer} reads. */
export function formatLsRefsRequest(objectFormat: string): Buffer {
  const lines = ['command=ls-refs\n', `object-format=${objectFormat}\n`].map((line) => formatPkt(line));
  const options = ['peel\n', 'symrefs\n', 'unborn\n'].map((line) => formatPkt(line));
  return Buffer.concat([...lines, Buffer.from('0001'), ...options, FLUSH_PKT]);
}

/** @throws ProtocolError for bytes that are no answer to `ls-refs`. */
export function parseLsRefsAnswer(answer: Buffer): AdvertisedRef[] {
  const refs: AdvertisedRef[] = [];
  for (let at = 0; ;) {
    const taken = takePkt(answer.subarray(at));
    if (!taken) throw new ProtocolError('An answer to ls-refs is cut');
    at += taken.size;
    if (taken.pkt.kind === 'flush') return refs;
    if (taken.pkt.kind !== 'data') throw new ProtocolError('An answer to ls-refs holds a special packet');
    refs.push(parseRefLine(Buffer.from(taken.pkt.data).toString('latin1')));
  }
}

function parseRefLine(line: string): AdvertisedRef {
  const [oid, name, ...attributes] = line.replace(/\n$/, '').split(' ');
  if (!oid || !name || (oid !== 'unborn' && !isOid(oid))) {
    throw new ProtocolError(`An answer to ls-refs holds the line ${JSON.stringify(line)}`);
  }
  const attribute = (key: string) => attributes.find((text) => text.startsWith(key))?.slice(key.length) ?? null;
  return {
    name,
    oid: oid === 'unborn' ? null : oid,
    symrefTarget: attribute('symref-target:'),
    peeledOid: attribute('peeled:'),
  };
}

/** @param refs in git's order: `HEAD`, then by name. */
export function formatLsRefsAnswer(refs: readonly AdvertisedRef[], request: LsRefsRequest): Buffer {
  const lines: string[] = [];
  const isNamed = prefixTest(request.prefixes);
  const tellsUnborn = request.symrefs && request.unborn;
  for (const ref of refs) {
    if ((ref.oid === null && !tellsUnborn) || !isNamed(ref.name)) continue;
    lines.push(pktText(formatRefLine(ref, request)));
  }
  return Buffer.from(`${lines.join('')}0000`, 'latin1');
}

/**
 * Whether a name begins with one of `prefixes`, in steps that grow with the logarithm of their count: a client chooses
 * thousands of them, for a repository of a hundred thousand refs.
 */
function prefixTest(prefixes: readonly string[]): (name: string) => boolean {
  if (prefixes.length === 0) return () => true;
  const shortest: string[] = [];
  // One that begins with another says nothing new; in order, it comes right behind it.
  for (const prefix of [...prefixes].sort(byCodeUnits)) {
    const last = shortest.at(-1);
    if (last === undefined || !prefix.startsWith(last)) shortest.push(prefix);
  }
  // None begins with another any more, so only the last one that is not behind the name can begin it.
  return (name) => name.startsWith(shortest[lastNotBehind(shortest, name)] ?? '\0');
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The index of the last of `sorted` texts that does not come behind `text`; -1 for none. */
function lastNotBehind(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') <= text) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function formatRefLine({ name, oid, symrefTarget, peeledOid }: AdvertisedRef, request: LsRefsRequest): string {
  const target = request.symrefs && symrefTarget ? ` symref-target:${symrefTarget}` : '';
  const peeled = request.peel && peeledOid ? ` peeled:${peeledOid}` : '';
  return `${oid ?? 'unborn'} ${name}${target}${peeled}\n`;
}

/** A packet in latin1, without a buffer for each of thousands of lines. */
function pktText(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text;
}

/** How a service begins in protocol version 0 and 1 (gitprotocol-pack(5), "Reference Discovery"). */
export interface RefAdvertisement {
  /** Without the repository's own `symref=`. */
  capabilities: string;
  /** upload-pack tells where HEAD is and what tags point at; receive-pack only what may be moved. */
  forFetch: boolean;
  zeroOid: string;
}

/** The refs in protocol version 0, with a flush at the end; nothing of version 1 or of HTTP before them. */
export function formatRefAdvertisement(refs: readonly AdvertisedRef[], options: RefAdvertisement): Buffer {
  const { capabilities, forFetch, zeroOid } = options;
  const head = refs.find(({ name, oid }) => name === 'HEAD' && oid !== null);
  const symref = forFetch && head?.symrefTarget ? ` symref=HEAD:${head.symrefTarget}` : '';
  const entries: string[] = [];
  for (const { name, oid, peeledOid } of refs) {
    if (oid === null || (name === 'HEAD' && !forFetch)) continue;
    entries.push(`${oid} ${name}`);
    if (forFetch && peeledOid) entries.push(`${peeledOid} ${name}^{}`);
  }
  if (entries.length === 0) entries.push(`${zeroOid} capabilities^{}`);
  entries[0] += `\0${capabilities}${symref}`;
  return Buffer.from(`${entries.map((entry) => pktText(`${entry}\n`)).join('')}0000`, 'latin1');
}

/**
 * How receive-pack begins in an empty repository that takes the object format of its first push: a client whose format
 * is among those that are named sends its ids in that one.
 *
 * git knows of several formats (connect.c, server_supports_hash). In a repository of another format than the first one
 * named, versions before 2.41 die of the usual line for capabilities without refs (process_dummy_ref); a `.have` of no
 * object is passed over by all of them, as what the server has and the client knows nothing of (send-pack.c, feed_object).
 *
 * @param capabilities with one `object-format=`, that of `formats[0]`.
 */
export function formatAnyFormatAdvertisement(capabilities: string, formats: readonly ObjectFormat[]): Buffer {
  const all = formats.map((format) => `object-format=${format}`).join(' ');
  const line = `${zeroOid(formats[0])} .have\0${capabilities.replace(/object-format=\w+/, all)}\n`;
  return Buffer.from(`${pktText(line)}0000`, 'latin1');
}

/**
 * The capabilities of an advertisement in protocol version 0, the repository's own `symref=` left out.
 *
 * @throws ProtocolError when there are none.
 */
export function capabilitiesOf(advertisement: Buffer): string {
  const taken = takePkt(advertisement);
  const text = taken?.pkt.kind === 'data' ? Buffer.from(taken.pkt.data).toString('latin1') : '';
  const [, capabilities] = text.replace(/\n$/, '').split('\0');
  if (capabilities === undefined) throw new ProtocolError('An advertisement of refs names no capabilities');
  return capabilities
    .split(' ')
    .filter((capability) => !capability.startsWith('symref='))
    .join(' ')
    .trim();
}
