import { createContext, useContext } from 'react'

/** Whether the line to the server is alive: without it nothing on the screen may be called live, however fresh it was. */
const Line = createContext(true)

export const LineProvider = Line.Provider
export const useIsLineAlive = (): boolean => useContext(Line)
