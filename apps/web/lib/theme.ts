import { cookies } from 'next/headers';

export const THEME_COOKIE = 'granary_theme';
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export function parseTheme(text: string | undefined): Theme {
  return THEMES.find((theme) => theme === text) ?? 'system';
}

/** The reader's choice, known before the first byte is sent: no flash of the other theme. */
export async function readTheme(): Promise<Theme> {
  return parseTheme((await cookies()).get(THEME_COOKIE)?.value);
}
