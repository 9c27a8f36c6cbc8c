import type { User } from './user.entity';

/** What stands for a user wherever git or a program wants an e-mail address. */
export function emailOf({ name, email }: Pick<User, 'name' | 'email'>): string {
  return email ?? `${name}@users.noreply.granary`;
}
