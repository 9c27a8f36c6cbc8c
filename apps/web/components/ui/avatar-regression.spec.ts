import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Avatar } from './avatar';

const face = (props: Parameters<typeof Avatar>[0]) => renderToStaticMarkup(createElement(Avatar, props));

it('shows an account by the picture that programs are told of, under whatever name', () => {
  const picture = /src="\/-\/avatars\/u\/7\?v=1&amp;s=56"/;
  expect(face({ name: 'ada', account: { id: 7, type: 'User' } })).toMatch(picture);
  expect(face({ name: 'A. King', account: { id: 7 } })).toMatch(picture);
  expect(face({ name: 'acme', account: { id: 7, type: 'Organization' } })).toContain('/-/avatars/o/7?');
});

it('shows who has no account by initials, and asks nobody for them', () => {
  const initials = face({ name: 'Ada Lovelace', account: null });
  expect(initials).toContain('data-initials="AL"');
  expect(initials).not.toContain('src=');
});
