/**
 * What a page and the process that serves it tell each other beside the page: React's components can set no status,
 * and what they hand to the browser's side of React stands in the HTML twice. Both run on one thread; the header
 * {@link PAGE_EXCHANGE_HEADER} of the request names the exchange.
 */
export interface PageExchange {
  /** The router of a page that is open already asks: it gets data for React and no HTML. */
  readonly isData: boolean;
  /** Of the request for the page, for its reader to name and for the log to hold. */
  readonly requestId: string;
  /** Told of what the page, or a part of it, failed at. */
  readonly onFailure: (error: unknown) => void;
  /** What the answer's status shall be; null: what Next makes it. */
  status: number | null;
  /** HTML for this one page, by name: what stands there is not part of the data for React. */
  readonly asides: Map<string, string>;
}

/** Set by the serving process alone, whatever a client sends. */
export const PAGE_EXCHANGE_HEADER = 'x-granary-page-exchange';

declare global {
  // On the global object: Next bundles a page's two sides apart, each with its own copy of every module.
  var granaryPageExchanges: Map<string, PageExchange> | undefined;
}

/** Those of the pages that are being made, by their names. */
export function pageExchanges(): Map<string, PageExchange> {
  return (globalThis.granaryPageExchanges ??= new Map());
}
