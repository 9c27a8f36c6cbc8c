import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './hub-process';

/** The blocks of code in `language` that a page of docs/ shows, without the indentation of a list around them. */
export function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = text.matchAll(/^( *)```(\S+)\n([\s\S]*?)^ *```$/gm);
  return [...blocks].flatMap(([, indent = '', name, body = '']) =>
    name === language ? [body.replaceAll(new RegExp(`^${indent}`, 'gm'), '')] : [],
  );
}

/** Replaces what a reader would replace. @throws Error when the page does not say `from` any more. */
export function adapt(block: string, changes: Record<string, string>): string {
  return Object.entries(changes).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the page does not say "${from}"`);
    return text.replaceAll(from, to);
  }, block);
}
