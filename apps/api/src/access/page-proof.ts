import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** Whose page is made. */
export interface PageVisit {
  /** The visitor's; empty where nothing is known. */
  address: string;
  /** The id of the request for the page. */
  page: string;
}

/**
 * The hub's pages ask the API over loopback, so every visitor would share one address there. The process puts the
 * visitor's address and the page's id, signed with a key that lives as long as itself, on the page request; the web
 * layer forwards it.
 */
@Injectable()
export class PageProof {
  static readonly header = 'x-granary-page';
  private readonly key = randomBytes(32);

  private sign(visit: string): string {
    return createHmac('sha256', this.key).update(visit).digest('base64url');
  }

  valueFor({ address, page }: PageVisit): string {
    const visit = `${address} ${page}`;
    return `${visit} ${this.sign(visit)}`;
  }

  /** Null when the header is absent or not this process's own. */
  visitIn(header: string | undefined): PageVisit | null {
    const [address = '', page = '', signature = ''] = (header ?? '').split(' ');
    const [given, right] = [Buffer.from(signature), Buffer.from(this.sign(`${address} ${page}`))];
    return given.length === right.length && timingSafeEqual(given, right) ? { address, page } : null;
  }
}
