const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** HTML that is safe to show as it is. */
export class Markup {
  constructor(readonly html: string) {}
}

type Part = Markup | string | number | null | false | readonly Part[];

function htmlOf(part: Part): string {
  if (part instanceof Markup) return part.html;
  if (Array.isArray(part)) return part.map(htmlOf).join('');
  if (part === null || part === false) return '';
  return String(part).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/**
 * HTML from a template: for long lists, where a component a row would write each row twice, once as HTML and once as
 * data for React. Everything put in is escaped unless it is {@link Markup}; null and false are nothing. Attributes take
 * quotes around what is put in.
 */
export function markup(template: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(template.map((text, index) => text + htmlOf(parts[index] ?? null)).join(''));
}

/** Text between tags, where quotes stand for themselves: code is full of them. */
export function textMarkup(text: string): Markup {
  return new Markup(text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? ''));
}
