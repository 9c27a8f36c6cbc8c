import { plainAddress } from '@granary/kernel';
import type { Request, RequestHandler } from 'express';
import type { HubRequest } from '../http/hub-request';
import { PageProof } from './page-proof';

/**
 * Puts the address of whoever asks on each request as `clientAddress`: the one function that knows it, for limits, logs,
 * the audit log and fairness. Behind the hub's own pages it is the visitor's, which the process itself has signed;
 * behind proxies that the operator trusts (Express's `trust proxy`) the right-most of `X-Forwarded-For` that none of
 * them has; otherwise the other end of the connection.
 */
export function clientAddress(proof: PageProof): RequestHandler {
  return (request, _response, next) => {
    (request as HubRequest).clientAddress =
      proof.addressIn(request.get(PageProof.header)) ?? forwardedAddress(request) ?? '';
    next();
  };
}

/** A proxy that is trusted may still write what is no address: then its own counts. */
function forwardedAddress(request: Request): string | null {
  return plainAddress(request.ip ?? '') ?? plainAddress(request.socket.remoteAddress ?? '');
}
