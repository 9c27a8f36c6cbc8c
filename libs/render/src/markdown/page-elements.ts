import type { Element, Properties, Root } from 'hast';
import { visit } from 'unist-util-visit';
import { imageAddressOf } from '../images/image-address';
import type { ImageRules, TextPlace } from '../rendering';
import { isExternal, resolveUrl } from './resolve-url';

export interface PageOptions {
  place: TextPlace;
  images: ImageRules;
}

/** Changes an element where it stands. */
type Change = (element: Element, options: PageOptions) => void;

const OUTWARD: Properties = { rel: ['nofollow', 'noopener'] };

function propertyOf({ properties }: Element, name: 'href' | 'src' | 'alt'): string {
  const value = properties[name];
  return typeof value === 'string' ? value : '';
}

function become(element: Element, tagName: string, properties: Properties, text?: string): void {
  Object.assign(element, { tagName, properties });
  if (text !== undefined) element.children = [{ type: 'text', value: text }];
}

function anchor(element: Element, { place }: PageOptions): void {
  const href = resolveUrl(propertyOf(element, 'href'), 'link', place);
  if (href === '') return become(element, 'span', {});
  element.properties = { ...element.properties, href, ...(isExternal(href) ? OUTWARD : {}) };
}

/** Where an image comes from, or null where it may only be linked to: no reader's browser asks other hosts. */
function sourceOf(url: string, { hubOrigin, proxyKey }: ImageRules): string | null {
  if (!isExternal(url)) return url;
  const { protocol, origin, pathname, search } = new URL(url);
  if (origin === hubOrigin) return pathname + search;
  return protocol === 'https:' && proxyKey !== null ? imageAddressOf(url, proxyKey) : null;
}

function image(element: Element, { place, images }: PageOptions): void {
  const url = resolveUrl(propertyOf(element, 'src'), 'image', place);
  const alt = propertyOf(element, 'alt');
  if (url === '') return become(element, 'span', {}, alt);
  const src = sourceOf(url, images);
  if (src === null) return become(element, 'a', { href: url, ...OUTWARD }, alt === '' ? url : alt);
  const loading = { loading: 'lazy', decoding: 'async', referrerPolicy: 'no-referrer' };
  element.properties = { ...element.properties, src, alt, ...loading };
}

/** The alignment of a column arrives as an attribute; the page's styles go by a class. */
function cell(element: Element): void {
  const { align, ...rest } = element.properties;
  const className = align === 'right' || align === 'center' ? [`align-${align}`] : undefined;
  element.properties = { ...rest, scope: element.tagName === 'th' ? 'col' : undefined, className };
}

function focusable(element: Element): void {
  element.properties['tabIndex'] = 0;
}

/** The only input that passes the allow-list is a task's box, which nobody can tick here. */
function taskBox(element: Element): void {
  const checked = element.properties['checked'] === true;
  element.properties = { type: 'checkbox', disabled: true, ariaLabel: checked ? 'Done' : 'To do', checked };
}

const CHANGES: Record<string, Change> = { a: anchor, img: image, td: cell, th: cell, pre: focusable, input: taskBox };

/** Wide tables scroll by themselves, and by keyboard too. */
function wrapTable(table: Element): void {
  const properties = { className: ['table-scroll'], role: 'group', ariaLabel: 'Table', tabIndex: 0 };
  Object.assign(table, { tagName: 'div', properties, children: [{ ...table }] });
}

/** URLs beside `href` and `src` that the allow-list has: no page needs them. */
const OTHER_URLS = ['cite', 'longDesc', 'itemType'];

/** A rehype plugin, run on what passed the allow-list: links and images lead where the page can follow them. */
export function pageElements(options: PageOptions) {
  return (tree: Root): void => {
    const tables: Element[] = [];
    visit(tree, 'element', (element) => {
      for (const name of OTHER_URLS) delete element.properties[name];
      if (element.tagName === 'table') tables.push(element);
      if (Object.hasOwn(CHANGES, element.tagName)) CHANGES[element.tagName]?.(element, options);
    });
    for (const table of tables) wrapTable(table);
  };
}
