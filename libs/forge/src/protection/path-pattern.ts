import { hasControls, invalidField } from '@granary/kernel';

/** @throws DomainError `invalid` for the first of `patterns` that no path can match, or that is meant for another tool. */
export function checkPathPatterns(field: string, patterns: readonly string[]): void {
  for (const pattern of patterns) {
    const fault = faultOf(pattern);
    if (fault) throw invalidField(field, `"${pattern}" ${fault}.`, 'invalid');
  }
}

/** What matches nothing forbids nothing: whoever wrote it should hear so now, and not when it was needed. */
function faultOf(pattern: string): string | null {
  if (hasControls(pattern)) return 'holds a control character';
  if (pattern.trim() !== pattern) return 'begins or ends with a space';
  if (pattern.startsWith('!')) return 'begins with "!": a pattern here takes nothing back';
  if (pattern.includes('\\')) return 'holds a backslash: directories are separated by "/"';
  const parts = pattern.replace(/^\//, '').replace(/\/$/, '').split('/');
  if (parts.includes('')) return 'can match no path: a part of it is empty';
  if (parts.includes('.') || parts.includes('..')) return 'can match no path: a part of it is "." or ".."';
  return parts.some((part) => part.toLowerCase() === '.git') ? 'can match no path: nothing in .git is pushed' : null;
}
