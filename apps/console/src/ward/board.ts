import type { AlarmLevel, Tile } from './tile.ts'

/** Something that happened to an alarm, as far as a person is told of it. */
export interface AlarmHappening {
  id: string
  kind: 'raised' | 'acknowledged' | 'escalated' | 'snoozed' | 'repeated' | 'resolved'
  at: string
  alarm: {
    id: string
    patientId: string
    wardId: string
    rule: string
    level: AlarmLevel
    parameter: string | null
    value: number | null
    limit: number | null
    acknowledgedBy: string | null
    snoozedUntil: string | null
  }
}

/** One message of the ward's live stream. */
export interface WardBeat {
  serverTime: string
  kind: 'board' | 'change' | 'heartbeat'
  tiles: Tile[]
  gone: string[]
  alarms: AlarmHappening[]
}

/** The ward as last heard: null until its first board has come. Tiles that did not change keep their identity. */
export type Board = ReadonlyMap<string, Tile> | null

/** The board after a message. A change that comes before any board is of no use and is left out. */
export function applyBeat(board: Board, beat: WardBeat): Board {
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
