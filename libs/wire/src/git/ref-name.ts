import { isOid } from './oid';

const BRANCH_PREFIX = 'refs/heads/';
const TAG_PREFIX = 'refs/tags/';
const NOTES_PREFIX = 'refs/notes/';

/** Why a ref is refused whose name cannot be shown as it is. */
export const UNREADABLE_NAME = 'its name is not in UTF-8, or holds control characters';

/** What nobody may touch, and what to tell the one who tries. */
const RESERVED: readonly (readonly [folder: string, reason: string])[] = [
  ['refs/replace', 'refs/replace/ is not accepted: replacement objects would change what others see'],
  ['refs/pull', 'refs/pull/ belongs to the hub'],
  ['refs/granary', 'refs/granary/ belongs to the hub'],
];

/** Folders of refs that are the hub's own business: no surface shows, creates, moves or deletes what is in them. */
export const HUB_REFS: readonly string[] = RESERVED.map(([folder]) => folder);

/**
 * Whether `fullName` is among the {@link HUB_REFS}.
 *
 * @returns null for a ref that users may see, or a reason to print.
 */
export function checkHubRef(fullName: string): string | null {
  return RESERVED.find(([folder]) => `${fullName}/`.startsWith(`${folder}/`))?.[1] ?? null;
}

// Each of these makes a short name ambiguous in git's own lookup order: gitrevisions(7), "<refname>".
const AMBIGUOUS_PREFIXES = ['refs/', 'heads/', 'tags/', 'remotes/'];

/** The longest component of a ref name in bytes: file systems take 255, and git appends `.lock`. */
const MAX_COMPONENT_BYTES = 250;

/**
 * Whether git takes `fullName` as the full name of a ref.
 *
 * @returns null, or the rule that it breaks.
 * @see git-check-ref-format(1), whose rules are quoted by number.
 */
export function checkRefName(fullName: string): string | null {
  if (!fullName.includes('/')) return 'it must contain a slash'; // 2, and with it 9
  if (fullName.endsWith('.')) return 'it cannot end with a dot'; // 7
  if (fullName.includes('..')) return 'it cannot contain two dots in a row'; // 3
  if (fullName.includes('@{')) return 'it cannot contain @{'; // 8
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f]/.test(fullName)) return 'it cannot contain a space or a control character'; // 4
  const special = /[~^:?*[\\]/.exec(fullName); // 4, 5, 10
  if (special) return `it cannot contain ${special[0]}`;
  for (const component of fullName.split('/')) {
    if (component === '') return 'it cannot start or end with a slash, or contain two in a row'; // 6
    if (component.startsWith('.')) return 'no part of it can start with a dot'; // 1
    if (component.endsWith('.lock')) return 'no part of it can end with .lock'; // 1
  }
  return null;
}

/**
 * The hub's own rules on top of git's: whether a client may create, move or delete the ref `fullName`.
 * They hold for every way in which a ref changes: pushes, the API and the web.
 *
 * @returns null, or a reason to print.
 */
export function checkPushedRef(fullName: string): string | null {
  const malformed = checkRefName(fullName);
  if (malformed) return `not a valid ref name: ${malformed}`;
  const reserved = checkHubRef(fullName);
  if (reserved) return reserved;
  // What stands for bytes that are no UTF-8, and for controls: neither JSON nor an address could name the ref.
  if (fullName.includes('\ufffd')) return UNREADABLE_NAME;
  if (fullName.split('/').some((component) => Buffer.byteLength(component) > MAX_COMPONENT_BYTES)) {
    return `a part of its name is longer than ${MAX_COMPONENT_BYTES} bytes`;
  }
  if (fullName.startsWith(NOTES_PREFIX)) return null;
  const short = parseRefName(fullName);
  if (!short) return 'only branches (refs/heads/), tags (refs/tags/) and notes (refs/notes/) can be pushed';
  return checkShortName(short.name);
}

function checkShortName(name: string): string | null {
  if (isOid(name.toLowerCase())) return 'a name that looks like a commit id is ambiguous';
  if (name === 'HEAD' || name === '@') return `${name} already means the default branch`;
  if (name.startsWith('-')) return 'a name that starts with a dash would be read as an option';
  const prefix = AMBIGUOUS_PREFIXES.find((ambiguous) => name.startsWith(ambiguous));
  return prefix ? `a name that starts with ${prefix} is ambiguous` : null;
}

/** `refs/heads/main` → `{kind: 'branch', name: 'main'}`; null for what is neither a branch nor a tag. */
export function parseRefName(fullName: string): { kind: 'branch' | 'tag'; name: string } | null {
  if (fullName.startsWith(BRANCH_PREFIX)) return { kind: 'branch', name: fullName.slice(BRANCH_PREFIX.length) };
  if (fullName.startsWith(TAG_PREFIX)) return { kind: 'tag', name: fullName.slice(TAG_PREFIX.length) };
  return null;
}

/**
 * A key that is the same for two names which a case-insensitive or normalising file system cannot tell apart.
 * A repository with both could not be cloned on macOS or Windows.
 */
export function foldRefName(fullName: string): string {
  // Down, up and down again, so that "ẞ", "ß" and "ss" meet, and "ς" meets "σ":
  // Unicode's full case folding, which JavaScript does not offer by itself.
  return fullName.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC');
}
