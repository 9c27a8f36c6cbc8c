import type { ReactNode } from 'react';
import { classNames } from '@/lib/class-names';

interface PanelProps {
  children: ReactNode;
  className?: string;
  /** Names the panel as a region for those who cannot see its edges. */
  label?: string;
}

export function Panel({ children, className, label }: PanelProps) {
  const look = classNames('border-line bg-surface rounded-panel border', className);
  if (!label) return <div className={look}>{children}</div>;
  return (
    <section aria-label={label} className={look}>
      {children}
    </section>
  );
}

interface PanelHeaderProps {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  level?: 2 | 3;
}

export function PanelHeader({ title, description, actions, level = 2 }: PanelHeaderProps) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <div className="border-line flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b px-4 py-3">
      <div className="min-w-0">
        <Heading className="font-semibold">{title}</Heading>
        {description && <p className="text-ink-muted mt-0.5">{description}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
