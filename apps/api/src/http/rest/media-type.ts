import type { Request } from 'express';

/** The forms of GitHub's media types: `application/vnd.github[.v3].<form>[+json]`. */
export type MediaForm = 'raw' | 'html' | 'object' | 'diff' | 'patch' | 'sha';

const PLAIN = ['application/vnd.github+json', 'application/vnd.github.v3+json'];
const GITHUB_TYPE = /^application\/vnd\.github\.(?:[a-z0-9-]+\.)*?([a-z]+)(?:\+json)?$/;

/**
 * The form that `Accept` asks for, of those that an address has; `json` where it asks for none of them. The most wanted
 * counts (`q`), and of several the first; but GitHub's plain JSON, which clients send with everything, gives way to a
 * form that is named beside it.
 */
export function mediaForm<F extends MediaForm>(request: Request, forms: readonly F[]): F | 'json' {
  const wanted = (request.get('accept') ?? '').split(',').map((part, place, parts) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const q = parameters.map((text) => /^q=([\d.]+)$/.exec(text)?.[1]).find((text) => text !== undefined);
    return { type, quality: q === undefined ? 1 : Number(q), place: place + (PLAIN.includes(type) ? parts.length : 0) };
  });
  wanted.sort((one, other) => other.quality - one.quality || one.place - other.place);
  for (const { type, quality } of wanted) {
    const form = quality > 0 ? formOf(type, forms) : null;
    if (form !== null) return form;
  }
  return 'json';
}

function formOf<F extends MediaForm>(type: string, forms: readonly F[]): F | 'json' | null {
  if (type === 'application/json' || PLAIN.includes(type)) return 'json';
  const [, name] = GITHUB_TYPE.exec(type) ?? [];
  return forms.find((form) => form === name) ?? null;
}
