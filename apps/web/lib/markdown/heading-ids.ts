/** The part of a hast tree that is walked here (hast: "Element", "Text"). */
interface Node {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: Node[];
}

function textOf(node: Node): string {
  if (node.type === 'text') return node.value ?? '';
  return (node.children ?? []).map(textOf).join('');
}

/** GitHub's way: lower case, punctuation dropped, blanks to dashes. */
export function slugOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

function giveIds(node: Node, seen: Map<string, number>): void {
  if (/^h[1-6]$/.test(node.tagName ?? '')) {
    const slug = slugOf(textOf(node)) || 'section';
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    node.properties = { ...node.properties, id: count === 0 ? slug : `${slug}-${count}` };
  }
  for (const child of node.children ?? []) giveIds(child, seen);
}

/** A rehype plugin: headings can be linked to. Runs before sanitising, which prefixes the ids. */
export function headingIds() {
  return (tree: Node) => giveIds(tree, new Map());
}
