import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { lookup as resolveAll } from 'node:dns/promises';
import { request as requestHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { asOutboundError, OutboundError } from './outbound-error';
import { hostOf, TargetPolicy, type OutboundRules } from './target-policy';

export interface OutboundOptions extends OutboundRules {
  /** All addresses of a host name. The system's resolver unless a test has its own. */
  lookup?: (hostname: string) => Promise<LookupAddress[]>;
  /** Certificates (PEM) to trust instead of Node's own. */
  ca?: string;
}

export interface OutboundRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: Buffer;
  /** For everything: resolving, connecting, sending, the whole answer. */
  timeoutMs: number;
  /** What comes after is not read. */
  maxResponseBytes: number;
  signal?: AbortSignal;
}

export interface OutboundResponse {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** The body goes on after `body`, or broke off there. */
  truncated: boolean;
}

/**
 * The one door to the outside. A host name is resolved once, every address of it must be public, and the connection goes
 * to one of these addresses and no other, with the name in Host and SNI: a second answer of the resolver changes nothing.
 * Redirects are not followed. Nothing of the process's environment (a proxy) is heeded.
 */
export class OutboundHttp {
  readonly policy: TargetPolicy;
  private readonly lookup: (hostname: string) => Promise<LookupAddress[]>;

  constructor(private readonly options: OutboundOptions) {
    this.policy = new TargetPolicy(options);
    this.lookup = options.lookup ?? ((hostname) => resolveAll(hostname, { all: true }));
  }

  /** @throws OutboundError if there was no answer; the signal's reason if it was aborted. Any status is an answer. */
  async send(request: OutboundRequest): Promise<OutboundResponse> {
    const deadline = AbortSignal.timeout(request.timeoutMs);
    const signal = AbortSignal.any([deadline, ...(request.signal ? [request.signal] : [])]);
    try {
      const url = this.policy.parse(request.url);
      const addresses = await orAborted(signal, this.addressesOf(url));
      return await readAnswer(await this.ask(request, { url, addresses, signal }), request.maxResponseBytes);
    } catch (error) {
      request.signal?.throwIfAborted();
      if (deadline.aborted) {
        throw new OutboundError('timeout', `no answer within ${request.timeoutMs / 1000} s`, { cause: error });
      }
      throw asOutboundError(error);
    }
  }

  private async addressesOf(url: URL): Promise<LookupAddress[]> {
    const host = hostOf(url);
    const family = isIP(host);
    if (family !== 0) return [{ address: host, family }];
    const addresses = await this.lookup(host);
    if (!this.policy.vouchesFor(url)) this.policy.requirePublic(addresses.map(({ address }) => address));
    return addresses;
  }

  private ask(
    { method, headers, body }: OutboundRequest,
    { url, addresses, signal }: { url: URL; addresses: LookupAddress[]; signal: AbortSignal },
  ): Promise<IncomingMessage> {
    const options: RequestOptions & { ca?: string } = {
      method,
      headers: { ...headers, ...(body ? { 'Content-Length': String(body.length) } : {}) },
      signal,
      // No pool: a kept connection would outlive the check of its address.
      agent: false,
      lookup: pinnedTo(addresses),
      ca: this.options.ca,
    };
    return new Promise((resolve, reject) => {
      const request: ClientRequest = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
      request.once('response', resolve);
      // After the answer's head, a failure belongs to the answer's body.
      request.on('error', reject);
      request.end(body);
    });
  }
}

/** A resolver that knows one host: the sockets' own would ask the network again. */
function pinnedTo(addresses: LookupAddress[]): typeof systemLookup {
  const answer = (
    _hostname: string,
    options: { all?: boolean },
    callback: (error: null, address: string | LookupAddress[], family?: number) => void,
  ): void => {
    const [first] = addresses;
    if (options.all) callback(null, addresses);
    else callback(null, first?.address ?? '', first?.family);
  };
  return answer as typeof systemLookup;
}

async function readAnswer(answer: IncomingMessage, maxBytes: number): Promise<OutboundResponse> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  let truncated = false;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes <= maxBytes) continue;
      truncated = true;
      break;
    }
  } catch {
    // The status is known; a body that breaks off or never ends does not change it.
    truncated = true;
  }
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks).subarray(0, maxBytes),
    truncated,
  };
}

/** The resolver takes no signal. */
async function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
