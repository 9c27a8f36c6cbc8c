import type { Request } from 'express';
import { claimantOf } from '../flow/claimant';
import type { WorkPlaces } from '../flow/work-places';
import type { HubRequest } from './hub-request';
import { spoolBody } from './spooled-body';

/** What is no larger is parsed as it comes. */
const SMALL_BYTES = 1024 ** 2;
/** Base64 of 30 MB; what is larger is pushed, or uploaded in pieces. */
const MAX_BYTES = 40 * 1024 ** 2;

/**
 * Bodies that hold a file in JSON: parsed, each takes several times its size. They arrive on the disk, some dozens at
 * once, and a few at a time are parsed and worked on.
 */
export class LargeBodies {
  constructor(
    private readonly places: WorkPlaces,
    private readonly directory: string,
  ) {}

  /** A body without a length may be as large as it likes; one that is too large is refused by its length alone. */
  isOne({ headers }: HubRequest): boolean {
    const length = headers['content-length'];
    if (length === undefined) return headers['transfer-encoding'] !== undefined;
    return headers['content-encoding'] !== undefined || (Number(length) > SMALL_BYTES && Number(length) <= MAX_BYTES);
  }

  /**
   * @param parse what to do with the body; its place is held until the answer begins.
   * @throws DomainError `unavailable` with `retryAfterSeconds`, `too_large`, and what `parse` throws.
   */
  async receive(request: HubRequest, parse: (body: Request) => Promise<void>): Promise<void> {
    const { res: response } = request;
    if (!response) return;
    const claimant = claimantOf(request.actor, request.clientAddress);
    const leave = await this.places.take('largeBody', { claimant, response });
    const body = await spoolBody(request, { directory: this.directory, maxBytes: MAX_BYTES }).finally(leave);
    try {
      await this.places.hold('largeWork', { claimant, response });
      await parse(body.replay());
    } finally {
      await body.close();
    }
  }
}
