import NextLink from 'next/link';
import type { ComponentProps } from 'react';
import { classNames } from '@/lib/class-names';

type LinkProps = Omit<ComponentProps<typeof NextLink>, 'prefetch'>;

/**
 * A link inside the hub. Pages are rendered for each request and lists hold a thousand links,
 * so nothing is fetched before it is asked for.
 */
export function Link(props: LinkProps) {
  return <NextLink prefetch={false} {...props} />;
}

/** A link in running text. */
export function TextLink({ className, ...props }: LinkProps) {
  return (
    <Link
      className={classNames(
        'text-accent decoration-accent-line underline underline-offset-3 hover:decoration-current',
        className,
      )}
      {...props}
    />
  );
}
