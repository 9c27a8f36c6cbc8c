import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/**
 * The hub's pages ask the API over loopback, so every visitor would share one address there. The process puts the
 * visitor's address, signed with a key that lives as long as itself, on the page request; the web layer forwards it.
 */
@Injectable()
export class PageProof {
  static readonly header = 'x-granary-page';
  private readonly key = randomBytes(32);

  private sign(address: string): string {
    return createHmac('sha256', this.key).update(address).digest('base64url');
  }

  valueFor(address: string): string {
    return `${address} ${this.sign(address)}`;
  }

  /** The address, or null when the header is absent or not this process's own. */
  addressIn(header: string | undefined): string | null {
    const [address = '', signature = ''] = (header ?? '').split(' ');
    const [given, right] = [Buffer.from(signature), Buffer.from(this.sign(address))];
    return given.length === right.length && timingSafeEqual(given, right) ? address : null;
  }
}
