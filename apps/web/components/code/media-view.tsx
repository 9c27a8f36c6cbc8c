interface MediaViewProps {
  kind: 'audio' | 'video';
  src: string;
  label: string;
}

/** Plays a file by ranges: only what is listened to or watched is fetched. */
export function MediaView({ kind, src, label }: MediaViewProps) {
  return (
    <div className="border-line bg-sunken flex justify-center border-b p-6">
      {kind === 'audio' ? (
        <audio controls preload="metadata" src={src} aria-label={label} className="w-full max-w-xl" />
      ) : (
        <video controls preload="metadata" src={src} aria-label={label} className="max-h-[75vh] max-w-full" />
      )}
    </div>
  );
}
