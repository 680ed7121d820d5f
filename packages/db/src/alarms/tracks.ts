import type { Track } from './ladder.ts'

/** Where every family of a patient's rules stands, by family; for missing data the rule's key is the family. */
export type Tracks = Readonly<Record<string, Track>>

/** The tracks with one replaced, or taken out; the same object when nothing changed. */
export function withTrack(tracks: Tracks, family: string, track: Track | undefined): Tracks {
  if (tracks[family] === track) return tracks
  if (track !== undefined) return { ...tracks, [family]: track }
  const { [family]: _, ...rest } = tracks
  return rest
}

/** The keys of the rules whose alarm is open. */
export function openRules(tracks: Tracks): string[] {
  return Object.values(tracks).flatMap(({ open }) => open ?? [])
}
