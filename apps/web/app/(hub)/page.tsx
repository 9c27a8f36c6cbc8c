import { getViewer } from '@/lib/api/viewer';
import { SignedInHome } from '@/components/home/signed-in-home';
import { Welcome } from '@/components/home/welcome';
import { Flash } from '@/components/forms/flash';
import type { SearchParams } from '@/lib/route-params';

export default async function Home({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const viewer = await getViewer();
  return (
    <>
      <Flash search={await searchParams} />
      {viewer.user ? <SignedInHome user={viewer.user} /> : <Welcome viewer={viewer} />}
    </>
  );
}
