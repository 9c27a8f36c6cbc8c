/**
 * The colours of code (apps/web/app/styles/code.css), each with the scopes of highlight.js that have it. What stands
 * nowhere here has the colour of plain text.
 */
const SCOPES: Record<string, string[]> = {
  c: ['comment'],
  m: ['quote', 'meta'],
  k: ['keyword', 'selector-tag', 'literal', 'section', 'doctag'],
  s: ['string', 'regexp', 'template-string'],
  n: ['number', 'symbol', 'bullet', 'link', 'char'],
  t: ['title', 'name', 'selector-id', 'selector-class'],
  y: ['type', 'built_in', 'attr', 'attribute', 'variable', 'template-variable', 'property'],
  a: ['addition'],
  d: ['deletion'],
  b: ['strong'],
  e: ['emphasis'],
};

const BY_SCOPE: ReadonlyMap<string, string> = new Map(
  Object.entries(SCOPES).flatMap(([colour, scopes]) => scopes.map((scope) => [`hljs-${scope}`, colour] as const)),
);

/** @param scope as highlight.js writes it (`hljs-keyword`); null for plain text. */
export function classOf(scope: string | null): string | null {
  return (scope !== null && BY_SCOPE.get(scope)) || null;
}
