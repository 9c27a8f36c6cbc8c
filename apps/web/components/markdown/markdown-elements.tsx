import type { ComponentProps, JSX } from 'react';
import type { Components, ExtraProps } from 'react-markdown';
import { Link } from '@/components/ui/link';
import { isExternal } from '@/lib/markdown/resolve-url';

type Props<Tag extends keyof JSX.IntrinsicElements> = ComponentProps<Tag> & ExtraProps;

function Anchor({ node: _node, href, children, ...rest }: Props<'a'>) {
  if (!href) return <span>{children}</span>;
  if (isExternal(href)) {
    return (
      <a {...rest} href={href} rel="nofollow noopener">
        {children}
      </a>
    );
  }
  if (href.startsWith('#')) {
    return (
      <a {...rest} href={href}>
        {children}
      </a>
    );
  }
  return <Link href={href}>{children}</Link>;
}

function Image({ node: _node, src, alt = '', ...rest }: Props<'img'>) {
  if (!src) return <span>{alt}</span>;
  return <img {...rest} src={src} alt={alt} loading="lazy" decoding="async" referrerPolicy="no-referrer" />;
}

/** Wide tables scroll by themselves, and by keyboard too. */
function Table({ node: _node, ...rest }: Props<'table'>) {
  return (
    <div className="table-scroll" role="group" aria-label="Table" tabIndex={0}>
      <table {...rest} />
    </div>
  );
}

function Pre({ node: _node, ...rest }: Props<'pre'>) {
  return <pre {...rest} tabIndex={0} />;
}

/** The alignment of a column arrives as an inline style, which the content security policy refuses. */
function alignmentClass(style: ComponentProps<'td'>['style']): string | undefined {
  const align = style?.textAlign;
  return align === 'right' || align === 'center' ? `align-${align}` : undefined;
}

function HeaderCell({ node: _node, style, ...rest }: Props<'th'>) {
  return <th {...rest} scope="col" className={alignmentClass(style)} />;
}

function Cell({ node: _node, style, ...rest }: Props<'td'>) {
  return <td {...rest} className={alignmentClass(style)} />;
}

/** The only input that passes the allow-list is a task's box, which nobody can tick here. */
function TaskBox({ checked }: Props<'input'>) {
  return <input type="checkbox" checked={checked} disabled readOnly aria-label={checked ? 'Done' : 'To do'} />;
}

export const markdownElements: Components = {
  a: Anchor,
  img: Image,
  table: Table,
  pre: Pre,
  th: HeaderCell,
  td: Cell,
  input: TaskBox,
};
