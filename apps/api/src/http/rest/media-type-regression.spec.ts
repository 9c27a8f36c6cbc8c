import type { Request } from 'express';
import { mediaForm } from './media-type';

const FORMS = ['raw', 'html', 'object', 'diff', 'patch', 'sha'] as const;
const formOf = (accept?: string, forms: readonly (typeof FORMS)[number][] = FORMS) =>
  mediaForm({ get: () => accept } as unknown as Request, forms);

it.each(FORMS)('knows %s in every way in which GitHub has it written', (form) => {
  for (const version of ['', 'v3.', 'VERSION.', 'machine-man-preview.']) {
    for (const end of ['', '+json', '; charset=utf-8', ';q=0.9']) {
      expect(formOf(`application/vnd.github.${version}${form}${end}`)).toBe(form);
    }
  }
  expect(formOf(`APPLICATION/VND.GITHUB.${form.toUpperCase()}`)).toBe(form);
});

it.each([undefined, '', '*/*', 'application/json', 'application/vnd.github+json', 'application/vnd.github.v3+json'])(
  'answers %p in JSON',
  (accept) => expect(formOf(accept)).toBe('json'),
);

it('takes the most wanted of several, the first of equals, and none that the address does not have', () => {
  expect(formOf('application/vnd.github.raw, application/json')).toBe('raw');
  expect(formOf('application/json, application/vnd.github.raw')).toBe('json');
  expect(formOf('application/vnd.github+json, application/vnd.github.raw')).toBe('raw');
  expect(formOf('application/json;q=0.5, application/vnd.github.html')).toBe('html');
  expect(formOf('text/html, application/vnd.github.diff')).toBe('diff');
  expect(formOf('application/vnd.github.raw;q=0')).toBe('json');
  expect(formOf('application/vnd.github.diff', ['raw'])).toBe('json');
  expect(formOf('application/vnd.github.rawish')).toBe('json');
});
