import type { WardBeat } from '@chartwire/sdk'
import type { Tile } from './tile.ts'

/** The ward as last heard: null until its first board has come. Tiles that did not change keep their identity. */
export type Board = ReadonlyMap<string, Tile> | null

/** The board after a message. A change that comes before any board is of no use and is left out. */
export function applyBeat(board: Board, beat: Pick<WardBeat, 'kind' | 'tiles' | 'gone'>): Board {
  switch (beat.kind) {
    case 'heartbeat':
      return board
    case 'board':
      return new Map(beat.tiles.map((tile) => [tile.patientId, tile]))
    case 'change': {
      if (board === null || (beat.tiles.length === 0 && beat.gone.length === 0)) return board
      const next = new Map(board)
      for (const patientId of beat.gone) next.delete(patientId)
      for (const tile of beat.tiles) next.set(tile.patientId, tile)
      return next
    }
  }
}
