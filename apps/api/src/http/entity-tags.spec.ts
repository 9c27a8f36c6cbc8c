import { namesEtag } from './entity-tags';

it.each(['"a"', 'W/"a"', '"x", "a"', ' "x" ,W/"a" ', '*'])('finds "a" in %j', (header) => {
  expect(namesEtag(header, '"a"')).toBe(true);
});

it.each([undefined, '', 'a', '"b"', '"ab"', '"A"'])('does not find "a" in %j', (header) => {
  expect(namesEtag(header, '"a"')).toBe(false);
});
