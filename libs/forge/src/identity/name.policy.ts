import { invalidField } from '@granary/kernel';

const SHAPE = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;
const BAD_ENDINGS = ['.git', '.lock', '.wiki', '.atom', '.'];

/** First path segments that the hub itself answers, and names that would mislead. */
const RESERVED_NAMESPACES = new Set(
  (
    '- _next api v2 login logout register new explore settings admin orgs organizations health metrics static assets ' +
    'public favicon.ico robots.txt sitemap.xml user users repos repositories search help about status docs git ssh ' +
    'lfs oci lakefs granary root system ghost anonymous null undefined .well-known'
  ).split(' '),
);
const RESERVED_REPOSITORIES = new Set(['-', '.', '..', '_next', 'info', 'settings', 'new']);

export function foldName(name: string): string {
  return name.toLowerCase();
}

/** Whether `name` has the characters of a name at all; the rules of {@link checkNamespaceName} come on top. */
export function isNameShaped(name: string): boolean {
  return SHAPE.test(name);
}

function checkShape(field: string, name: string): void {
  if (!isNameShaped(name)) {
    throw invalidField(
      field,
      `${field} must be 1 to 100 of the characters A-Z a-z 0-9 . _ - and start with a letter, a digit or _`,
    );
  }
  const ending = BAD_ENDINGS.find((end) => foldName(name).endsWith(end));
  if (ending) throw invalidField(field, `${field} must not end in "${ending}"`);
}

/** @throws DomainError `invalid` unless `name` may stand before the slash of a repository's name. */
export function checkNamespaceName(name: string, field = 'login'): void {
  checkShape(field, name);
  if (RESERVED_NAMESPACES.has(foldName(name))) throw invalidField(field, `${field} "${name}" is reserved by the hub`);
}

/** @throws DomainError `invalid` unless `name` may be a repository's. */
export function checkRepositoryName(name: string): void {
  checkShape('name', name);
  if (RESERVED_REPOSITORIES.has(foldName(name))) throw invalidField('name', `name "${name}" is reserved by the hub`);
}
