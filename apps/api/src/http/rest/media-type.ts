import type { Request } from 'express';

export type ContentForm = 'raw' | 'object' | 'json';

/** Which form of a file GitHub's media types ask for: `application/vnd.github[.v3].raw[+json]` and the like. */
export function contentForm(request: Request): ContentForm {
  const [, form] = /application\/vnd\.github\.(?:v3\.)?(raw|object)\b/.exec(request.get('accept') ?? '') ?? [];
  return form === 'raw' || form === 'object' ? form : 'json';
}
