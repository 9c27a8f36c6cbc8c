import { randomBytes } from 'node:crypto';
import { FIRST_ADMIN, type AccountsService } from '@granary/forge';

/** On the first start, the account that makes the others. @returns its password when it was made up here. */
export async function createFirstAdmin(
  accounts: AccountsService,
  givenPassword: string | null,
): Promise<{ name: string; madeUpPassword: string | null } | null> {
  if ((await accounts.count()) > 0) return null;
  const password = givenPassword ?? randomBytes(15).toString('base64url');
  try {
    await accounts.create({ name: FIRST_ADMIN, password, isAdmin: true });
  } catch (error) {
    // Another process that started at the same moment made it, and has told its password.
    if ((await accounts.count()) > 0) return null;
    throw error;
  }
  return { name: FIRST_ADMIN, madeUpPassword: givenPassword === null ? password : null };
}
