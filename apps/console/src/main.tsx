import 'uplot/dist/uPlot.min.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/alarms.css'
import './styles/board.css'
import './styles/tile.css'
import './styles/wall.css'
import './styles/patient.css'
import { ChartwireProvider } from '@chartwire/sdk/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Announcer, forgetAnnouncements } from './announcer.tsx'
import { client } from './api.ts'
import { App } from './app.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root.')
// Whoever signed out, here or in another window, leaves nothing of the ward to be read.
client.auth.onChange((session) => {
  if (!session) forgetAnnouncements()
})
createRoot(root).render(
  <StrictMode>
    <ChartwireProvider client={client}>
      <App />
      <Announcer />
    </ChartwireProvider>
  </StrictMode>,
)
