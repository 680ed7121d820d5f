import { useId } from 'react'
import { client, codeOf } from '../api.ts'
import { LinkPage } from '../session/link-page.tsx'
import { ProblemNote } from '../words/problem-note.tsx'
import { saveFile } from './save-file.ts'

/** Where a link to a document leads: it asks for the birth date and hands the document over. */
export function SentDocument({ token }: { token: string }) {
  const dateId = useId()
  const hintId = useId()
  return (
    <LinkPage
      title="A document for you"
      tab="Document"
      action="Open"
      work={async (text) => saveFile(await client.api.documents.open.mutate({ token, birthDate: text('birthDate') }))}
      done="The document has been saved to your downloads."
      problem={(error) => (codeOf(error) === 'not_found' ? <DeadLink /> : <ProblemNote error={error} />)}
    >
      <label className="field" htmlFor={dateId}>
        Your birth date
      </label>
      <input id={dateId} name="birthDate" type="date" autoComplete="bday" aria-describedby={hintId} required />
      <p className="hint" id={hintId}>
        Of the patient it is about. After five wrong dates the link is dead.
      </p>
    </LinkPage>
  )
}

function DeadLink() {
  return (
    <div className="problem" role="alert">
      <p className="problem-title">This link and this date open nothing.</p>
      <p>Check the date. A link also ends after a while, or when it was used often enough: then ask for a new one.</p>
    </div>
  )
}
