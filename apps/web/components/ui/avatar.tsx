import { classNames } from '@/lib/class-names';

const HUES = ['bg-avatar-1', 'bg-avatar-2', 'bg-avatar-3', 'bg-avatar-4', 'bg-avatar-5', 'bg-avatar-6'];
const SIZES = { small: 'size-5 text-[0.5625rem]', medium: 'size-7 text-[0.6875rem]', large: 'size-14 text-xl' };

function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean);
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

/** A person as initials: nothing is fetched from anywhere. Decoration only, the name stands beside it. */
export function Avatar({ name, size = 'medium' }: { name: string; size?: keyof typeof SIZES }) {
  return (
    <span
      aria-hidden
      // Drawn by CSS: the letters are a picture and no text to be read, found or copied.
      data-initials={initialsOf(name)}
      className={classNames(
        'before:content-[attr(data-initials)]',
        'text-on-avatar inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none',
        SIZES[size],
        hueOf(name),
      )}
    />
  );
}
