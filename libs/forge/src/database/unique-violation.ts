import { QueryFailedError } from 'typeorm';

/** True when `error` says that a unique index already holds the value (SQLSTATE 23505). */
export function isUniqueViolation(error: unknown, index?: string): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const driver = error.driverError as { code?: string; constraint?: string };
  return driver.code === '23505' && (index === undefined || driver.constraint === index);
}
