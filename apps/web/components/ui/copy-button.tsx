'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { copyText } from '@/lib/clipboard';
import { buttonClass, type ButtonLook } from './button';

interface CopyButtonProps extends ButtonLook {
  /** The text, or the address of a text of this hub: a large file is fetched only when it is wanted. */
  source: { text: string } | { url: string };
  /** What it copies, for screen readers and as a tip: `Copy the clone URL`. */
  label: string;
}

const SHOWN_FOR_MS = 1800;

async function textOf(source: CopyButtonProps['source']): Promise<string> {
  if ('text' in source) return source.text;
  const response = await fetch(source.url);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.text();
}

export function CopyButton({ source, label, variant = 'ghost', size = 'small' }: CopyButtonProps) {
  const [result, setResult] = useState<'idle' | 'copied' | 'failed'>('idle');

  useEffect(() => {
    if (result === 'idle') return;
    const timer = setTimeout(() => setResult('idle'), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [result]);

  const copy = () =>
    textOf(source)
      .then(copyText)
      .then(
        () => setResult('copied'),
        () => setResult('failed'),
      );

  return (
    <button type="button" onClick={copy} title={label} className={buttonClass({ variant, size, square: true })}>
      {result === 'copied' ? <Check aria-hidden className="text-success" /> : <Copy aria-hidden />}
      <span className="sr-only">{label}</span>
      <span role="status" className="sr-only">
        {result === 'copied' && 'Copied'}
        {result === 'failed' && 'Could not copy'}
      </span>
    </button>
  );
}
