import { addAbortSignal, type Readable, type Writable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import {
  formatTransferAnswer,
  formatTransferDataHead,
  parseTransferRequest,
  parseTransferSize,
  ProtocolError,
  TRANSFER_CAPABILITIES,
  formatBatchLine,
  type LfsObject,
  type TransferAnswer,
  type TransferRequest,
} from '@granary/wire';
import { dataPackets } from './data-packets';
import { ObjectBody } from './object-body';
import { PacketInput } from './packet-input';
import { readBatchLines, readHead } from './request-head';
import type { ObjectClaim, TransferActions } from './transfer-actions';

export interface TransferSessionOptions {
  operation: 'upload' | 'download';
  actions: TransferActions;
  input: Readable;
  output: Writable;
  /** Fires when the client has left. */
  signal: AbortSignal;
  /** Told before each wait for a request, and when one begins. */
  onLull(isLull: boolean): void;
  /** What a client is told of an error. */
  describe(error: unknown): { status: number; message: string };
}

type Kind = TransferRequest['kind'];
type Request<K extends Kind> = Extract<TransferRequest, { kind: K }>;

/** What follows a request's delimiter: the lines of a batch, or bytes. */
interface Given {
  objects?: LfsObject[];
  body?: ObjectBody;
}

const VERSION = '1';
const OK: TransferAnswer = { status: 200 };
const [ENDED, BROKEN] = [0, 1];

/** Where a command is at home; those that are missing go in both. */
const OPERATIONS: Partial<Record<Kind, 'upload' | 'download'>> = {
  get_object: 'download',
  put_object: 'upload',
  verify_object: 'upload',
  lock: 'upload',
  unlock: 'upload',
};

const BODIES: readonly Kind[] = ['batch', 'put_object'];

/** One session of git-lfs's protocol over SSH alone: takes requests one at a time and answers each. */
export class TransferSession {
  private readonly input: PacketInput;
  private isAgreed = false;
  /** Whether an answer has begun that no error can follow. */
  private isSendingData = false;

  constructor(private readonly options: TransferSessionOptions) {
    // A read that waits for the client ends when it has left.
    this.input = new PacketInput(addAbortSignal(options.signal, options.input));
  }

  /**
   * @returns the exit status.
   * @throws what cut an answer short that had begun: the end of the session is how the client learns of it.
   */
  async run(): Promise<number> {
    await this.write(TRANSFER_CAPABILITIES);
    let status: number | null = null;
    while (status === null) status = await this.serveNext();
    return status;
  }

  /** @returns null while another request may follow. */
  private async serveNext(): Promise<number | null> {
    let body: ObjectBody | undefined;
    try {
      this.options.onLull(true);
      const head = await readHead(this.input);
      this.options.onLull(false);
      if (!head) return ENDED;
      const request = parseTransferRequest(head.lines);
      const isBatch = head.hasBody && request.kind === 'batch';
      const objects = isBatch ? await readBatchLines(this.input) : undefined;
      if (head.hasBody && !isBatch) body = new ObjectBody(this.input, sizeOf(request) ?? 0);
      await this.write(await this.obey(request, { objects, body }));
      return request.kind === 'quit' ? ENDED : null;
    } catch (error) {
      if (this.isSendingData || this.options.signal.aborted) throw error;
      // The client reads no answer before it has sent its body. Where that is no end, the connection gets one.
      await body?.discard().catch(() => undefined);
      await this.write(this.refusal(error));
      return this.input.isBroken ? BROKEN : null;
    }
  }

  private refusal(error: unknown): Buffer {
    const { status, message } = this.options.describe(error);
    return formatTransferAnswer({ status, lines: [message] });
  }

  /** @returns what is still to be sent. */
  private async obey(request: TransferRequest, given: Given): Promise<Buffer> {
    this.requirePlace(request.kind, given);
    const { actions } = this.options;
    switch (request.kind) {
      case 'malformed':
        throw new ProtocolError(request.reason);
      case 'version':
        return this.agree(request);
      case 'batch':
        return this.batch(request, given.objects ?? []);
      case 'get_object':
        return this.send(request);
      case 'put_object':
        return this.receive(request, given.body);
      case 'verify_object':
        await actions.verify(claimOf(request));
        return formatTransferAnswer(OK);
      case 'lock':
        return formatTransferAnswer(await actions.lock(request.args));
      case 'list_lock':
        return formatTransferAnswer(await actions.listLocks(request.args));
      case 'unlock':
        return formatTransferAnswer(await actions.unlock(request.id, request.args));
      case 'quit':
        return formatTransferAnswer(OK);
    }
  }

  private requirePlace(kind: Kind, { objects, body }: Given): void {
    if (kind === 'malformed') return;
    const hasBody = Boolean(objects ?? body);
    if (hasBody !== BODIES.includes(kind))
      throw new ProtocolError(`This request ${hasBody ? 'has a' : 'lacks its'} body`);
    if (!this.isAgreed && kind !== 'version' && kind !== 'quit') throw new ProtocolError('Agree on a version first');
    const wanted = OPERATIONS[kind];
    if (wanted && wanted !== this.options.operation) {
      throw new DomainError('forbidden', `This session is for ${this.options.operation}s only.`);
    }
  }

  private agree({ version }: Request<'version'>): Buffer {
    if (version !== VERSION) throw new ProtocolError(`The hub speaks version ${VERSION}`);
    this.isAgreed = true;
    return formatTransferAnswer({ status: 200, lines: [] });
  }

  private async batch({ args }: Request<'batch'>, objects: LfsObject[]): Promise<Buffer> {
    const lines = await this.options.actions.batch(args, objects);
    return formatTransferAnswer({ status: 200, args: ['hash-algo=sha256'], lines: lines.map(formatBatchLine) });
  }

  private async send(request: Request<'get_object'>): Promise<Buffer> {
    const { sizeBytes, stream } = await this.options.actions.get(request.oid, sizeOf(request));
    this.isSendingData = true;
    await this.write(formatTransferDataHead(sizeBytes));
    for await (const packets of dataPackets(stream)) await this.write(packets);
    this.isSendingData = false;
    return Buffer.alloc(0);
  }

  private async receive(request: Request<'put_object'>, body: ObjectBody | undefined): Promise<Buffer> {
    if (!body) throw new ProtocolError('put-object comes with a body');
    await this.options.actions.put(claimOf(request), body);
    await body.discard();
    return formatTransferAnswer({ status: 200, lines: [] });
  }

  private write(bytes: Buffer): Promise<void> {
    const { output } = this.options;
    return new Promise((resolve, reject) => output.write(bytes, (error) => (error ? reject(error) : resolve())));
  }
}

function sizeOf(request: TransferRequest): number | null {
  return 'args' in request ? parseTransferSize(request.args['size']) : null;
}

function claimOf(request: Request<'put_object' | 'verify_object'>): ObjectClaim {
  const sizeBytes = sizeOf(request);
  if (sizeBytes === null) throw new ProtocolError('The size is missing, or is no number of bytes');
  return { oid: request.oid, sizeBytes };
}
