import type { ReactNode } from 'react';

export interface Segment {
  id: 'first' | 'second';
  label: string;
  panel: ReactNode;
}

const SHOWN_WITH: Record<Segment['id'], string> = {
  first: 'hidden group-has-[[value=first]:checked]/segments:block',
  second: 'hidden group-has-[[value=second]:checked]/segments:block',
};

interface SegmentedProps {
  /** Unique on the page. */
  name: string;
  legend: string;
  segments: [Segment, Segment];
}

/** Two alternatives in one place. Radio buttons and CSS: arrow keys work, and no script is needed. */
export function Segmented({ name, legend, segments }: SegmentedProps) {
  return (
    <div className="group/segments space-y-3">
      <fieldset className="border-line bg-sunken rounded-control inline-flex border p-0.5">
        <legend className="sr-only">{legend}</legend>
        {segments.map(({ id, label }, index) => (
          <label
            key={id}
            className="has-checked:bg-surface has-checked:text-ink has-focus-visible:outline-accent text-ink-muted hover:text-ink has-checked:border-line cursor-pointer rounded-md border border-transparent px-3 py-0.5 font-medium has-focus-visible:outline-2 pointer-coarse:py-2"
          >
            <input type="radio" name={name} value={id} defaultChecked={index === 0} className="sr-only" />
            {label}
          </label>
        ))}
      </fieldset>
      {segments.map(({ id, panel }) => (
        <div key={id} className={SHOWN_WITH[id]}>
          {panel}
        </div>
      ))}
    </div>
  );
}
