import { withNotice } from './notices';

it('tells a page something beside what its address asks for', () => {
  expect(withNotice('/a/b', 'key-added')).toBe('/a/b?notice=key-added');
  expect(withNotice('/a/b?page=3', 'key-added')).toBe('/a/b?page=3&notice=key-added');
  expect(withNotice('/a/b?page=3#delivery-7', 'key-added')).toBe('/a/b?page=3&notice=key-added#delivery-7');
});
