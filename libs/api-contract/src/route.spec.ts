import { pathOf } from './route';
import { routes } from './routes';

it('puts parameters into the path of a route, slashes in those that may hold them', () => {
  const at = { ns: 'ada', repo: 'orchard' };
  expect(pathOf(routes.getPushRules, at)).toBe('/api/v3/repos/ada/orchard/push-rules');
  expect(pathOf(routes.getHookDelivery, { ...at, id: 7, delivery: 8 })).toBe(
    '/api/v3/repos/ada/orchard/hooks/7/deliveries/8',
  );
  expect(pathOf(routes.getBranchProtection, { ...at, branch: 'v1/a b' })).toBe(
    '/api/v3/repos/ada/orchard/branches/v1/a%20b/protection',
  );
  expect(pathOf(routes.getUser, { name: 'a/b?' })).toBe('/api/v3/users/a%2Fb%3F');
});

it('takes the first of several paths', () => {
  expect(pathOf(routes.listSshKeys, {})).toBe('/api/v3/user/keys');
});

it('compiles for no missing and no unknown parameter', () => {
  // @ts-expect-error the repository is missing
  expect(pathOf(routes.getPushRules, { ns: 'ada' })).toContain('ada');
  // @ts-expect-error there is no such parameter
  expect(pathOf(routes.getUser, { name: 'ada', login: 'ada' })).toContain('ada');
});
