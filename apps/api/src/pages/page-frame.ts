import type { Config } from '@granary/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PageProof } from '../access/page-proof';
import type { HubRequest } from '../http/hub-request';
import { OutsideAddresses } from '../http/outside';
import { CONFIG } from '../tokens';
import { newNonce, type PageFrame } from '../web-adapter';

function contentSecurityPolicy(nonce: string, storeOrigin: string | null): string {
  return [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    // Images of other hosts come through the hub: nobody's browser tells other hosts what it shows.
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src 'self'${storeOrigin === null ? '' : ` ${storeOrigin}`}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}

/** Security headers of the pages, and what the web layer must know of its visitor. */
@Injectable()
export class Frame implements PageFrame {
  /** Pages send large files straight there. */
  private readonly storeOrigin: string | null;

  constructor(
    private readonly proof: PageProof,
    private readonly outside: OutsideAddresses,
    @Inject(CONFIG) { s3, lfs }: Config,
  ) {
    this.storeOrigin = s3 && lfs.direct ? new URL(s3.publicEndpoint ?? s3.endpoint).origin : null;
  }

  prepare(request: Request, response: Response): void {
    const policy = contentSecurityPolicy(newNonce(), this.storeOrigin);
    // Next takes the nonce for its own scripts from this header of the request.
    request.headers['content-security-policy'] = policy;
    const { clientAddress, requestId } = request as HubRequest;
    request.headers[PageProof.header] = this.proof.valueFor({ address: clientAddress, page: requestId });
    // Pages change things in the hub's own name: the API refuses other origins.
    request.headers['x-granary-origin'] = new URL(this.outside.baseUrl).origin;
    // Under which a page that fails is logged, whatever a client calls its request.
    request.headers['x-request-id'] = requestId;
    // Whatever a client claims here would steer Next's own routing.
    for (const name of Object.keys(request.headers)) {
      if (name.startsWith('x-middleware-') || name.startsWith('x-forwarded-') || name === 'forwarded')
        delete request.headers[name];
    }
    response.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'same-origin',
      'Cross-Origin-Opener-Policy': 'same-origin',
      ...(this.outside.baseUrl.startsWith('https:') ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
    });
  }
}
