import { CopyButton } from './copy-button';

/** Shell commands, one a line, to be pasted as they stand. */
export function CommandBlock({ commands, label }: { commands: string[]; label: string }) {
  const text = commands.join('\n');
  return (
    <div className="border-line bg-sunken rounded-control relative border">
      <pre
        tabIndex={0}
        role="group"
        aria-label={label}
        className="overflow-x-auto px-3.5 py-3 pr-12 font-mono text-[0.8125rem] leading-6"
      >
        <code>{text}</code>
      </pre>
      <div className="bg-sunken absolute top-1.5 right-1.5 rounded-md">
        <CopyButton source={{ text: `${text}\n` }} label={`Copy: ${label}`} />
      </div>
    </div>
  );
}
