'use client';

import { useEffect } from 'react';
import { formatLineRange, parseLineRange, rangeBetween, type LineRange } from '@/lib/line-range';

/**
 * Selects lines in a `CodeView` and keeps the selection in the address. A click on a number selects its line, with
 * Shift the range; on the focused code Shift+↑ and Shift+↓ move the end of the range and Escape drops it.
 */
class Selection {
  private anchor: number | null = null;
  private end: number | null = null;

  constructor(private readonly code: HTMLElement) {}

  /** Follows the address, which a link, a reader or the browser's history has changed. */
  readonly follow = () => {
    const range = parseLineRange(window.location.hash);
    this.anchor = range?.first ?? null;
    this.end = range?.last ?? null;
    this.draw(range);
    if (range) this.line(range.first)?.scrollIntoView({ block: 'nearest' });
  };

  readonly onClick = (event: MouseEvent) => {
    const line = parseLineRange((event.target as Element).closest('a')?.hash ?? '')?.first;
    if (line === undefined) return;
    event.preventDefault();
    if (!event.shiftKey || this.anchor === null) this.anchor = line;
    this.select(this.anchor, line);
  };

  readonly onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && this.anchor !== null) return this.clear();
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || !event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const anchor = (this.anchor ??= this.firstVisible());
    const end = this.end === null ? anchor : this.end + step;
    if (!this.line(end)) return;
    this.select(anchor, end);
    this.line(end)?.scrollIntoView({ block: 'nearest' });
  };

  private line(number: number): HTMLElement | null {
    return this.code.querySelector(`#L${number}`);
  }

  private firstVisible(): number {
    const lines = [...this.code.querySelectorAll('code > span')];
    return Math.max(lines.findIndex((line) => line.getBoundingClientRect().top >= 0) + 1, 1);
  }

  private select(anchor: number, end: number): void {
    this.end = end;
    const range = rangeBetween(anchor, end);
    this.draw(range);
    window.history.replaceState(window.history.state, '', formatLineRange(range));
  }

  private clear(): void {
    this.anchor = this.end = null;
    this.draw(null);
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
  }

  private draw(range: LineRange | null): void {
    for (const line of this.code.querySelectorAll('[data-selected]')) line.removeAttribute('data-selected');
    if (!range) return;
    let line: Element | null = this.line(range.first);
    for (let number = range.first; line && number <= range.last; number++, line = line.nextElementSibling) {
      line.setAttribute('data-selected', '');
    }
  }
}

export function LineSelection({ codeId }: { codeId: string }) {
  useEffect(() => {
    const code = document.getElementById(codeId);
    if (!code) return;
    const selection = new Selection(code);
    selection.follow();
    code.addEventListener('click', selection.onClick);
    code.addEventListener('keydown', selection.onKeyDown);
    window.addEventListener('hashchange', selection.follow);
    return () => {
      code.removeEventListener('click', selection.onClick);
      code.removeEventListener('keydown', selection.onKeyDown);
      window.removeEventListener('hashchange', selection.follow);
    };
  }, [codeId]);
  return null;
}
