import { PAGE_EXCHANGE_HEADER, pageExchanges, type PageExchange } from '@granary/api-contract';
import { headers } from 'next/headers';

interface NamedExchange {
  name: string;
  exchange: PageExchange;
}

/** This page's with the process that serves it; null while Next builds. */
async function thisExchange(): Promise<NamedExchange | null> {
  const name = (await headers()).get(PAGE_EXCHANGE_HEADER) ?? '';
  const exchange = pageExchanges().get(name);
  return exchange ? { name, exchange } : null;
}

/** The answer's status, for a page that says itself why it is not what was asked for. */
export async function setPageStatus(status: number): Promise<void> {
  const here = await thisExchange();
  if (here) here.exchange.status = status;
}

/** Logs what a page failed at. @returns the id by which its reader can name the request. */
export async function reportFailure(error: unknown): Promise<string | null> {
  const here = await thisExchange();
  here?.exchange.onFailure(error);
  return here?.exchange.requestId ?? null;
}

/** HTML as the browser's side of a page takes it: put aside where it is in the page already, else as it is. */
export type PageHtml = { aside: string } | { html: string };

/** Keeps `html` out of the data for React where the page's own HTML holds it. */
export async function pageHtml(html: string): Promise<PageHtml> {
  const here = await thisExchange();
  if (!here || here.exchange.isData) return { html };
  const { asides } = here.exchange;
  const part = String(asides.size);
  asides.set(part, html);
  return { aside: `${here.name}/${part}` };
}
