import type { Nodes, Root } from 'hast';

function textOf(node: Nodes): string {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map(textOf).join('') : '';
}

/** GitHub's way: lower case, punctuation dropped, blanks to dashes. */
export function slugOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

function giveIds(node: Nodes, seen: Map<string, number>): void {
  if (node.type === 'element' && /^h[1-6]$/.test(node.tagName)) {
    const slug = slugOf(textOf(node)) || 'section';
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    node.properties = { ...node.properties, id: count === 0 ? slug : `${slug}-${count}` };
  }
  if ('children' in node) for (const child of node.children) giveIds(child, seen);
}

/** A rehype plugin: headings can be linked to. Runs before sanitising, which prefixes the ids. */
export function headingIds() {
  return (tree: Root) => giveIds(tree, new Map());
}
