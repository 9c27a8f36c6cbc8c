import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PAGE_EXCHANGE_HEADER, pageExchanges, type PageExchange } from '@granary/api-contract';

/** Next's router names itself in one of these, when a link is followed and when a form's action answers. */
const ROUTER_HEADERS = ['rsc', 'next-action'];

/** Opens what this process and the page say to each other until the answer is sent or its reader is gone. */
export function openPageExchange(
  request: IncomingMessage,
  response: ServerResponse,
  told: Pick<PageExchange, 'requestId' | 'onFailure'>,
): PageExchange {
  const name = randomUUID();
  const isData = ROUTER_HEADERS.some((header) => request.headers[header] !== undefined);
  const exchange: PageExchange = { ...told, isData, status: null, asides: new Map() };
  pageExchanges().set(name, exchange);
  response.once('close', () => pageExchanges().delete(name));
  request.headers[PAGE_EXCHANGE_HEADER] = name;
  return exchange;
}
