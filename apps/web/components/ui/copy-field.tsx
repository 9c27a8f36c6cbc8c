import { CopyButton } from './copy-button';

/** A value to take away: it scrolls, selects as a whole, and has a button that copies it. */
export function CopyField({ value, label }: { value: string; label: string }) {
  return (
    <div className="border-line bg-sunken rounded-control flex items-center gap-1 border py-0.5 pr-0.5 pl-3">
      <code
        tabIndex={0}
        role="group"
        aria-label={label}
        className="flex-1 overflow-x-auto py-1.5 font-mono text-[0.8125rem] whitespace-pre select-all [scrollbar-width:thin]"
      >
        {value}
      </code>
      <CopyButton source={{ text: value }} label={`Copy: ${label}`} />
    </div>
  );
}
