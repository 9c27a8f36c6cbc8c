/** `__Host-` needs HTTPS; over plain HTTP a browser would refuse it. */
export function sessionCookie(baseUrl: string): { name: string; secure: boolean } {
  const secure = baseUrl.startsWith('https:');
  return { name: secure ? '__Host-granary_session' : 'granary_session', secure };
}
