import type { ComponentProps, ReactNode } from 'react';
import { classNames } from '@/lib/class-names';
import { Link } from './link';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger' | 'danger-quiet';
export type ButtonSize = 'small' | 'medium';

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'bg-primary text-on-primary border-primary-line hover:bg-primary-strong',
  secondary: 'bg-surface text-ink border-line hover:bg-hover',
  ghost: 'text-ink-muted border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-danger text-on-danger border-transparent hover:bg-danger-strong',
  'danger-quiet': 'bg-surface text-danger border-line hover:border-danger-line hover:bg-danger-soft',
};
const SIZES: Record<ButtonSize, string> = {
  small: 'h-8 px-2.5 pointer-coarse:h-10',
  medium: 'h-9 px-3.5 pointer-coarse:h-11',
};

export interface ButtonLook {
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** A square button; its child carries the label for screen readers. */
  square?: boolean;
}

export function buttonClass({ variant = 'secondary', size = 'medium', square = false }: ButtonLook = {}): string {
  return classNames(
    'rounded-control inline-flex shrink-0 items-center justify-center gap-1.5 border font-medium whitespace-nowrap select-none',
    'transition-colors duration-100 disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
    VARIANTS[variant],
    SIZES[size],
    square && 'aspect-square px-0!',
  );
}

export function Button({ variant, size, square, className, ...props }: ComponentProps<'button'> & ButtonLook) {
  return <button type="button" className={classNames(buttonClass({ variant, size, square }), className)} {...props} />;
}

interface ButtonLinkProps extends ButtonLook {
  href: string;
  children: ReactNode;
  className?: string;
  title?: string;
  rel?: string;
  'aria-current'?: 'page';
  /** For what the API serves itself (raw files, archives): a plain link, not a page of this application. */
  external?: boolean;
  /** The name to save an external file under. */
  download?: string;
}

export function ButtonLink({ variant, size, square, className, external, download, ...props }: ButtonLinkProps) {
  const look = classNames(buttonClass({ variant, size, square }), className);
  return external ? <a className={look} download={download} {...props} /> : <Link className={look} {...props} />;
}
