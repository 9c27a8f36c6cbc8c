import { FLUSH_PKT, DELIM_PKT, formatPkt } from '../git/pkt-line';
import type { LfsObject } from './batch';
import { isLfsOid } from './oid';

// Formats of git-lfs's protocol over SSH alone, version 1 (git-lfs: docs/proposals/ssh_adapter.md). Where the proposal
// and the client differ (ssh/protocol.go, tq/ssh.go, locking/ssh.go), the client is right.

export type TransferArguments = Record<string, string>;

/** What a request says before its delimiter or flush. */
export type TransferRequest =
  | { kind: 'version'; version: string; args: TransferArguments }
  | { kind: 'batch'; args: TransferArguments }
  | ObjectRequest<'get_object'>
  | ObjectRequest<'put_object'>
  | ObjectRequest<'verify_object'>
  | { kind: 'lock'; args: TransferArguments }
  | { kind: 'list_lock'; args: TransferArguments }
  | { kind: 'unlock'; id: string; args: TransferArguments }
  | { kind: 'quit'; args: TransferArguments }
  | { kind: 'malformed'; reason: string };

interface ObjectRequest<K> {
  kind: K;
  oid: string;
  args: TransferArguments;
}

/** The server's first words. @see "Preliminary design", capability-advertisement */
export const TRANSFER_CAPABILITIES: Buffer = Buffer.concat([
  formatPkt('version=1\n'),
  formatPkt('locking\n'),
  FLUSH_PKT,
]);

const SIZE_SHAPE = /^\d{1,16}$/;

const malformed = (reason: string): TransferRequest => ({ kind: 'malformed', reason });

/**
 * Reads the packets of a request as far as its delimiter or flush.
 *
 * @param lines the payloads, each with or without its line feed. Unknown arguments are kept; who needs none ignores them.
 */
export function parseTransferRequest(lines: readonly Uint8Array[]): TransferRequest {
  const texts = lines.map(textOf);
  if (!texts.every((text) => text !== null)) return malformed('A line is no UTF-8.');
  const [command = '', ...rest] = texts;
  const args = parseArguments(rest);
  return args === null ? malformed('An argument is there twice.') : parseCommand(command, args);
}

/** The payload of a text packet without its line feed; null when it is no UTF-8. */
function textOf(line: Uint8Array): string | null {
  const end = line.at(-1) === 0x0a ? line.length - 1 : line.length;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line.subarray(0, end));
  } catch {
    return null;
  }
}

/** Null when a key comes twice: which of the two counts would be anybody's guess. */
function parseArguments(lines: readonly string[]): TransferArguments | null {
  const args = new Map<string, string>();
  for (const line of lines) {
    const [key = ''] = line.split('=', 1);
    if (args.has(key)) return null;
    args.set(key, line.slice(key.length + 1));
  }
  return Object.fromEntries(args);
}

function parseCommand(command: string, args: TransferArguments): TransferRequest {
  const [verb = '', operand, ...more] = command.split(' ');
  if (more.length > 0) return malformed('A command has one operand at most.');
  switch (verb) {
    case 'batch':
    case 'lock':
    case 'quit':
      return operand === undefined ? { kind: verb, args } : malformed(`${verb} takes no operand.`);
    case 'list-lock':
    case 'list-locks': // as git-lfs before 3.4 calls it when it pushes
      return operand === undefined ? { kind: 'list_lock', args } : malformed(`${verb} takes no operand.`);
    case 'version':
      return operand ? { kind: 'version', version: operand, args } : malformed('version takes a number.');
    case 'unlock':
      return operand ? { kind: 'unlock', id: operand, args } : malformed('unlock takes the id of a lock.');
    case 'get-object':
      return objectCommand('get_object', operand, args);
    case 'put-object':
      return objectCommand('put_object', operand, args);
    case 'verify-object':
      return objectCommand('verify_object', operand, args);
    default:
      return malformed('There is no such command.');
  }
}

function objectCommand(
  kind: 'get_object' | 'put_object' | 'verify_object',
  oid: string | undefined,
  args: TransferArguments,
): TransferRequest {
  if (!isLfsOid(oid ?? '')) return malformed('The oid must be 64 lower-case hex digits (SHA-256).');
  return { kind, oid: oid ?? '', args };
}

/** A size in bytes as a line has it, in decimal digits alone; null for what is none, or no number here can hold. */
export function parseTransferSize(text: string | undefined): number | null {
  if (text === undefined || !SIZE_SHAPE.test(text)) return null;
  const sizeBytes = Number(text);
  return Number.isSafeInteger(sizeBytes) ? sizeBytes : null;
}

/** An `oid-line` of a batch: oid, size and what may follow, which nothing here needs. Null when it is none. */
export function parseBatchLine(line: Uint8Array): LfsObject | null {
  const [oid = '', sizeText] = textOf(line)?.split(' ') ?? [];
  const size = parseTransferSize(sizeText);
  return isLfsOid(oid) && size !== null ? { oid, size } : null;
}

export interface BatchLine extends LfsObject {
  action: 'upload' | 'download' | 'noop';
}

/**
 * What to do with an object. The proposal has an `id` and a `token` here that come back with the transfer, but clients
 * before 3.5 do not bring them back (tq/transfer.go, `newTransfer`), so that nothing may depend on them.
 */
export function formatBatchLine({ oid, size, action }: BatchLine): string {
  return `${oid} ${size} ${action}`;
}

export interface TransferAnswer {
  /** Of HTTP. */
  status: number;
  args?: readonly string[];
  /** What follows the delimiter. There is none when they are left out. */
  lines?: readonly string[];
}

const line = (text: string) => formatPkt(`${text}\n`);

/** A whole answer of text. */
export function formatTransferAnswer({ status, args = [], lines }: TransferAnswer): Buffer {
  const head = [line(`status ${status}`), ...args.map(line)];
  return Buffer.concat(lines ? [...head, DELIM_PKT, ...lines.map(line), FLUSH_PKT] : [...head, FLUSH_PKT]);
}

/** The beginning of an answer that goes on with data packets and ends with a flush. */
export function formatTransferDataHead(sizeBytes: number): Buffer {
  return Buffer.concat([line('status 200'), line(`size=${sizeBytes}`), DELIM_PKT]);
}
