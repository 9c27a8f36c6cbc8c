import { guardedPage } from '@/components/shell/guarded-page';
import { getViewer } from '@/lib/api/viewer';
import { SignedInHome } from '@/components/home/signed-in-home';
import { Welcome } from '@/components/home/welcome';
import { Flash } from '@/components/forms/flash';
import { PageTitle } from '@/components/ui/page-title';
import type { SearchParams } from '@/lib/route-params';

async function Home({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const viewer = await getViewer();
  return (
    <>
      <PageTitle />
      <Flash search={await searchParams} />
      {viewer.user ? <SignedInHome user={viewer.user} /> : <Welcome viewer={viewer} />}
    </>
  );
}

export default guardedPage(Home);
