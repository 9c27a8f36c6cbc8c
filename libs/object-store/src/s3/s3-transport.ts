import { AsyncLocalStorage } from 'node:async_hooks';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';

type OnResponse = (response: IncomingMessage) => void;

/** Statuses that the client throws away unread (its list of retryable ones). */
const DROPPED_STATUSES = new Set([408, 429, 499, 500, 502, 503, 504, 520]);

/**
 * The connections of one store. The minio client takes neither a signal nor a timeout, so both enter here: the signal
 * rides on the asynchronous context of the call.
 */
export class S3Transport {
  readonly agent: http.Agent;
  private readonly signals = new AsyncLocalStorage<AbortSignal | undefined>();

  constructor(
    private readonly secure: boolean,
    private readonly idleTimeoutMs: number,
  ) {
    this.agent = new (secure ? https : http).Agent({ keepAlive: true, maxSockets: 128 });
  }

  /** Requests that `call` makes end with `signal`. */
  withSignal<T>(signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    return this.signals.run(signal, call);
  }

  /** The client calls this one overload of `http.request`. */
  readonly request = ((options: RequestOptions, onResponse: OnResponse): ClientRequest => {
    const { request } = this.secure ? https : http;
    const sent = request({ ...options, signal: this.signals.getStore() }, (response) => {
      // An unread body would hold its socket for ever.
      if (DROPPED_STATUSES.has(response.statusCode ?? 0)) response.resume();
      onResponse(response);
    });
    const timeout = () => sent.destroy(new Error(`The object store was silent for ${this.idleTimeoutMs} ms.`));
    return sent.setTimeout(this.idleTimeoutMs, timeout);
  }) as unknown as typeof http.request;

  close(): void {
    this.agent.destroy();
  }
}
