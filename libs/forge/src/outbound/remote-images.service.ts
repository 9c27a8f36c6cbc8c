import { DomainError } from '@granary/kernel';
import { imageTypeOfBytes } from './image-format';
import { ImageCache, type RemoteImage } from './image-cache';
import { OutboundError } from './outbound-error';
import type { OutboundHttp, OutboundResponse } from './outbound-http';

export interface RemoteImagesOptions {
  outbound: Pick<OutboundHttp, 'send'>;
  cache: ImageCache;
}

const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
const TIMEOUT_MS = 10_000;
const MAX_REDIRECTS = 3;
/** Fetched at once, for everybody; the rest are told to come again. */
const MAX_AT_ONCE = 8;
/** A host that fails is left alone for a while. */
const FAILURE_MS = 5 * 60_000;
const MAX_FAILURES = 1_000;
const HEADERS = { Accept: 'image/avif,image/webp,image/*;q=0.8', 'User-Agent': 'Granary image proxy' };

/**
 * Images that Markdown names on other hosts, fetched for readers: their browsers tell nobody what they read. The rules
 * for requests to the outside hold for each address and each redirect.
 */
export class RemoteImages {
  private readonly underWay = new Map<string, Promise<RemoteImage>>();
  private readonly failures = new Map<string, { reason: string; atMs: number }>();

  constructor(private readonly options: RemoteImagesOptions) {}

  /** @throws DomainError `not_found` with the reason; `unavailable` when too many are fetched already. */
  async get(url: string): Promise<RemoteImage> {
    const kept = await this.options.cache.get(url);
    if (kept) return kept;
    this.refuseAfterFailure(url);
    const joined = this.underWay.get(url);
    if (joined) return joined;
    if (this.underWay.size >= MAX_AT_ONCE) {
      throw new DomainError('unavailable', 'Many images are being fetched.', { retryAfterSeconds: 5 });
    }
    const fetching = this.fetch(url).finally(() => this.underWay.delete(url));
    this.underWay.set(url, fetching);
    return fetching;
  }

  private async fetch(url: string): Promise<RemoteImage> {
    try {
      const body = await this.follow(url);
      const type = imageTypeOfBytes(body);
      if (type === null) throw new OutboundError('protocol', 'it is no image that a page shows');
      const image = { type, body };
      await this.options.cache.put(url, image);
      return image;
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      this.remember(url, error.message);
      throw unfetched(error.message);
    }
  }

  private async follow(first: string): Promise<Buffer> {
    let url = first;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const answer = await this.options.outbound.send({
        method: 'GET',
        url,
        headers: HEADERS,
        timeoutMs: TIMEOUT_MS,
        maxResponseBytes: MAX_IMAGE_BYTES,
      });
      const next = locationOf(answer, url);
      if (next === null) return bodyOf(answer);
      url = next;
    }
    throw new OutboundError('protocol', `it is behind more than ${MAX_REDIRECTS} redirects`);
  }

  private refuseAfterFailure(url: string): void {
    const failure = this.failures.get(url);
    if (failure && Date.now() - failure.atMs < FAILURE_MS) throw unfetched(failure.reason);
    this.failures.delete(url);
  }

  private remember(url: string, reason: string): void {
    const [oldest] = this.failures.keys();
    if (this.failures.size >= MAX_FAILURES && oldest !== undefined) this.failures.delete(oldest);
    this.failures.set(url, { reason, atMs: Date.now() });
  }
}

function locationOf({ status, headers }: OutboundResponse, url: string): string | null {
  const location = headers['location'];
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return null;
  if (!URL.canParse(location, url)) throw new OutboundError('protocol', 'its host redirects to no address');
  return new URL(location, url).href;
}

function bodyOf({ status, body, truncated }: OutboundResponse): Buffer {
  if (status !== 200) throw new OutboundError('protocol', `its host answered ${status}`);
  if (truncated)
    throw new OutboundError('protocol', `it is larger than ${MAX_IMAGE_BYTES / 1024 ** 2} MiB, or was cut`);
  return body;
}

function unfetched(reason: string): DomainError {
  return new DomainError('not_found', `This image could not be fetched: ${reason}.`);
}
