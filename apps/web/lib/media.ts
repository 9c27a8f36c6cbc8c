/** Kinds that browsers play, as the API serves them by name (media-type.ts there). */
export function mediaKindOf(path: string): 'audio' | 'video' | null {
  if (/\.(wav|mp3|ogg|oga|opus|flac|m4a)$/i.test(path)) return 'audio';
  return /\.(mp4|m4v|webm|ogv)$/i.test(path) ? 'video' : null;
}
