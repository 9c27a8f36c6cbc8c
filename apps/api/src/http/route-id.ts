import { DomainError } from '@granary/kernel';

/** A numeric id of a route; anything else is nothing that exists. @throws DomainError `not_found` */
export function routeId(text: string): number {
  const id = /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(id)) throw new DomainError('not_found', 'Not Found');
  return id;
}

export function notFoundUnless(found: boolean): void {
  if (!found) throw new DomainError('not_found', 'Not Found');
}
