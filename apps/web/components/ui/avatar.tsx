import { avatarUrl, HIDDEN_IN_NAME } from '@granary/api-contract';
import { classNames } from '@/lib/class-names';

const HUES = ['bg-avatar-1', 'bg-avatar-2', 'bg-avatar-3', 'bg-avatar-4', 'bg-avatar-5', 'bg-avatar-6'];
const SIZES = {
  small: { box: 'size-5', text: 'text-[0.5625rem]', pixels: 20 },
  medium: { box: 'size-7', text: 'text-[0.6875rem]', pixels: 28 },
  large: { box: 'size-14', text: 'text-xl', pixels: 56 },
};

/** Who has an account, or what organisation. */
export interface Account {
  id: number;
  type?: string;
}

interface AvatarProps {
  /** Stands for who has no account, or none that is known. */
  name: string;
  account?: Account | null;
  size?: keyof typeof SIZES;
}

function initialsOf(name: string): string {
  const words = name
    .replace(HIDDEN_IN_NAME, ' ')
    .split(/[\s._-]+/)
    .filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => [...(word ?? '?')][0])
    .join('')
    .toUpperCase();
}

function hueOf(name: string): string {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return HUES[hash % HUES.length] ?? 'bg-avatar-1';
}

/** The picture that `avatar_url` names in REST, sharp on dense screens too, from wherever the page is. */
export function faceUrl({ id, type }: Account, pixels: number): string {
  return `${avatarUrl('', type === 'Organization' ? 'organization' : 'user', id)}&s=${2 * pixels}`;
}

/**
 * An account by its picture, as programs show it, and others as initials: nothing is fetched from anywhere else.
 * Decoration only, the name stands beside it.
 */
export function Avatar({ name, account, size = 'medium' }: AvatarProps) {
  const { box, text, pixels } = SIZES[size];
  if (account) {
    const shape = classNames('bg-sunken shrink-0 rounded-full', box);
    return (
      <img src={faceUrl(account, pixels)} alt="" width={pixels} height={pixels} decoding="async" className={shape} />
    );
  }
  return (
    <span
      aria-hidden
      // Drawn by CSS: the letters are a picture and no text to be read, found or copied.
      data-initials={initialsOf(name)}
      className={classNames(
        'before:content-[attr(data-initials)]',
        'text-on-avatar inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none',
        box,
        text,
        hueOf(name),
      )}
    />
  );
}
