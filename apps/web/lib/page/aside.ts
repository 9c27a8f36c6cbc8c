/** Of pages that were left: the router goes back to them without asking the hub again. */
const MOST_KEPT = 8;
const kept = new Map<string, string>();

/** On the server: what {@link pageHtml} put aside for the page that is being made. */
export function readAside(aside: string): string {
  const [exchange = '', part = ''] = aside.split('/');
  return globalThis.granaryPageExchanges?.get(exchange)?.asides.get(part) ?? '';
}

/** In the browser: keeps what stood in a page that is left. */
export function keepAside(aside: string, html: string): void {
  kept.delete(aside);
  kept.set(aside, html);
  for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
}

export function keptAside(aside: string): string | undefined {
  return kept.get(aside);
}
