import { emailOf, type User } from '../identity';

/** Whom the hub names in commits that it makes for a user. */
export function authorOf(user: Pick<User, 'name' | 'fullName' | 'email'>): { name: string; email: string } {
  return { name: user.fullName || user.name, email: emailOf(user) };
}
