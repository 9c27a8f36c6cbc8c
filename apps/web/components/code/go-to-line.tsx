'use client';

import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { formatLineRange, parseLineRange } from '@/lib/line-range';

/** Jumps to a line or a range; the address changes, and the code follows it. */
export function GoToLine() {
  const [unknown, setUnknown] = useState(false);
  const go = (form: FormData) => {
    const range = parseLineRange(String(form.get('line')));
    setUnknown(!range);
    if (range) window.location.hash = formatLineRange(range);
  };
  return (
    <form action={go} className="flex gap-1 max-md:hidden">
      <input
        name="line"
        aria-label="Go to line"
        aria-invalid={unknown || undefined}
        placeholder="Go to line"
        title="A line or a range: 120 or 10-20"
        autoComplete="off"
        className="border-line bg-surface placeholder:text-ink-muted rounded-control aria-invalid:border-danger h-8 w-24 border px-2 text-[0.8125rem] focus-visible:outline-offset-0"
      />
      <Button type="submit" variant="secondary" size="small">
        Go<span className="sr-only"> to line</span>
      </Button>
    </form>
  );
}
