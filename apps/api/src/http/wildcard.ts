/** Express 5 hands a wildcard over as its decoded segments. */
export function wildcard(value: unknown): string {
  return Array.isArray(value) ? value.join('/') : String(value ?? '');
}
