'use server';

import { cookies } from 'next/headers';
import { parseTheme, THEME_COOKIE } from '@/lib/theme';

const YEAR_SECONDS = 365 * 24 * 3600;

export async function setTheme(form: FormData): Promise<void> {
  const theme = parseTheme(String(form.get('theme')));
  const jar = await cookies();
  if (theme === 'system') jar.delete(THEME_COOKIE);
  else jar.set(THEME_COOKIE, theme, { maxAge: YEAR_SECONDS, sameSite: 'lax', path: '/', httpOnly: true });
}
