import { plainAddress } from '@granary/kernel';
import type { Request, RequestHandler } from 'express';
import type { HubRequest } from '../http/hub-request';
import { PageProof } from './page-proof';

/**
 * Puts the address of whoever asks on each request as `clientAddress`: the one function that knows it, for limits, logs,
 * the audit log and fairness. Behind the hub's own pages it is the visitor's, which the process itself has signed (with `page`);
 * behind proxies that the operator trusts (Express's `trust proxy`) the right-most of `X-Forwarded-For` that none of
 * them has; otherwise the other end of the connection.
 */
export function clientAddress(proof: PageProof): RequestHandler {
  return (request, _response, next) => {
    const visit = proof.visitIn(request.get(PageProof.header));
    const clientAddress = visit?.address ?? forwardedAddress(request) ?? '';
    Object.assign(request as HubRequest, { clientAddress, page: visit?.page ?? null });
    next();
  };
}

/**
 * Each of `X-Forwarded-For` was written by the next one to its right, so that it counts only if that is trusted. Read
 * here and not by Express, to which an address with a port, as some proxies write it, is none that could be trusted.
 * Where a proxy wrote no address at all, its own counts.
 */
function forwardedAddress(request: Request): string | null {
  const trusts = request.app.get('trust proxy fn') as (address: string, hop: number) => boolean;
  let nearest = plainAddress(request.socket.remoteAddress ?? '');
  const claims = (request.get('x-forwarded-for') ?? '').split(',').reverse();
  for (const [hop, claim] of claims.entries()) {
    if (nearest === null || !trusts(nearest, hop)) break;
    const further = plainAddress(claim.trim().replace(/^"(.*)"$/, '$1'));
    if (further === null) break;
    nearest = further;
  }
  return nearest;
}
