import type { SessionOpened } from '@granary/api-contract';
import { cookies } from 'next/headers';

/** Keeps the session where scripts cannot read it. The API says what the cookie is called and whether it needs HTTPS. */
export async function keepSession(opened: SessionOpened): Promise<void> {
  (await cookies()).set(opened.cookie_name, opened.token, {
    httpOnly: true,
    sameSite: 'lax',
    secure: opened.secure,
    path: '/',
    expires: new Date(opened.expires_at),
  });
}

const NAMES = ['granary_session', '__Host-granary_session'];

/** Drops the session's cookie under both of its names: the hub may have moved to HTTPS since it was set. */
export async function dropSession(): Promise<void> {
  const jar = await cookies();
  for (const name of NAMES) {
    if (jar.has(name)) jar.set(name, '', { path: '/', maxAge: 0, secure: name.startsWith('__Host-'), httpOnly: true });
  }
}
