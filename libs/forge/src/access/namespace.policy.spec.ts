import { userPrincipal } from '../identity/principal';
import { namespaceRole } from './namespace.policy';

it("a namespace is its owner's, and nobody else's", () => {
  const roleOf = (id: number | null, ownerUserId: number | null) =>
    namespaceRole(id === null ? null : userPrincipal({ id }), { ownerUserId });
  expect(roleOf(1, 1)).toBe('owner');
  expect([roleOf(2, 1), roleOf(null, 1), roleOf(1, null), roleOf(null, null)]).toEqual([null, null, null, null]);
});
