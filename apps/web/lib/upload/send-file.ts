import type { ApiError } from '@granary/api-contract';

/** What the hub says of a refusal, as one text. */
export class Refused extends Error {
  static from(status: number, body: unknown): Refused {
    const { message, hint } = (body ?? {}) as Partial<ApiError>;
    const text = message ?? `The hub answered with status ${status}.`;
    return new Refused(hint ? `${text}\n${hint}` : text);
  }
}

/** Asks the hub's API as the page's visitor; the browser adds cookie and Origin. @throws Refused */
export async function askApi<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    // Who takes something back and leaves the page at once has taken it back. A body could be too large for it.
    keepalive: body === undefined,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch(() => {
    throw new Refused('The hub cannot be reached. Is the network there?');
  });
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw Refused.from(response.status, answer);
  return answer as T;
}

interface Sending {
  upload: { method: string; href: string };
  file: Blob;
  /** Bytes that have left. */
  onProgress(sentBytes: number): void;
  signal: AbortSignal;
}

/**
 * Sends a file, telling how far it is: what `fetch` cannot do.
 *
 * @returns the hub's answer.
 * @throws Refused; the signal's reason when it fires.
 */
export function sendFile<T>({ upload, file, onProgress, signal }: Sending): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(upload.method, upload.href);
    request.responseType = 'json';
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as T);
      else reject(Refused.from(request.status, request.response));
    };
    request.onerror = () => reject(new Refused('The connection broke off.'));
    request.onabort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
