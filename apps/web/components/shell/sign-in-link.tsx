'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { ButtonLink } from '@/components/ui/button';
import { loginUrl } from '@/lib/return-path';

const ENTRANCES = new Set(['/login', '/register']);

/** Leads to the sign-in page and back to where one was. */
export function SignInLink() {
  const pathname = usePathname();
  const search = useSearchParams().toString();
  const here = ENTRANCES.has(pathname) ? '/' : pathname + (search && `?${search}`);
  return (
    <ButtonLink href={loginUrl(here)} size="small" variant="ghost">
      Sign in
    </ButtonLink>
  );
}
