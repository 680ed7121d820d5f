import type { Tile } from '../ward/tile.ts'

type Person = Pick<Tile, 'givenName' | 'familyName'>

/** As charts sort: `Okafor, Ada`. */
export const fullName = ({ familyName, givenName }: Person): string => `${familyName}, ${givenName}`

/** For a screen that passers-by see: `Okafor, A.` */
export const shortName = ({ familyName, givenName }: Person): string => `${familyName}, ${givenName.slice(0, 1)}.`

export const bedName = ({ bed }: Pick<Tile, 'bed'>): string => (bed === null ? 'No bed' : `Bed ${bed}`)
