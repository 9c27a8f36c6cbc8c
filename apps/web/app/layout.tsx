import '@fontsource-variable/inter/wght.css';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { readTheme } from '@/lib/theme';

export const metadata: Metadata = {
  description: 'A hub for Git repositories with large files',
  referrer: 'same-origin',
};

export const viewport: Viewport = { colorScheme: 'light dark' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = await readTheme();
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme}>
      <body className="font-sans">{children}</body>
    </html>
  );
}
