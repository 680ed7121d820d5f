import { type FormEvent, useEffect, useId } from 'react'
import { client, codeOf } from '../api.ts'
import { formText } from '../session/form-text.ts'
import { useSending } from '../session/use-sending.ts'
import { ProblemNote } from '../words/problem-note.tsx'
import { saveFile } from './save-file.ts'

/** Where a link to a document leads: it asks for the birth date and hands the document over. Keeps nothing of either. */
export function SentDocument({ token }: { token: string }) {
  useEffect(() => {
    document.title = 'Document · Chartwire'
  }, [])
  const dateId = useId()
  const hintId = useId()
  const { state, error, send } = useSending()

  const submit = (event: FormEvent<HTMLFormElement>) => {
    const text = formText(event)
    send(async () => saveFile(await client.api.documents.open.mutate({ token, birthDate: text('birthDate') })))
  }

  return (
    <main className="page">
      <form className="card" onSubmit={submit}>
        <p className="brand">
          <img src="/icon.svg" alt="" /> Chartwire
        </p>
        <h1>A document for you</h1>
        {state === 'done' ? (
          <p className="notice" role="status">
            The document has been saved to your downloads.
          </p>
        ) : (
          <>
            <label className="field" htmlFor={dateId}>
              Your birth date
            </label>
            <input id={dateId} name="birthDate" type="date" autoComplete="bday" aria-describedby={hintId} required />
            <p className="hint" id={hintId}>
              Of the patient it is about. After five wrong dates the link is dead.
            </p>
            {error !== null && (codeOf(error) === 'not_found' ? <DeadLink /> : <ProblemNote error={error} />)}
            <button type="submit" className="primary" aria-disabled={state === 'busy'}>
              {state === 'busy' ? 'One moment…' : 'Open'}
            </button>
          </>
        )}
      </form>
    </main>
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
