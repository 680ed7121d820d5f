import { type FormEvent, useId, useState } from 'react'
import { Dialog } from '../appearance/dialog.tsx'
import { ProblemNote } from '../words/problem-note.tsx'
import type { AlarmActions } from './alarm-desk.tsx'
import { AlarmSummary } from './alarm-summary.tsx'
import type { OpenAlarm } from './open-alarms.ts'
import { useDeed } from './use-deed.ts'

interface Props {
  alarm: OpenAlarm
  actions: AlarmActions
  onClose: () => void
}

/** "I have seen it": Enter is enough, a note is welcome. */
export function AcknowledgeDialog({ alarm, actions, onClose }: Props) {
  const noteId = useId()
  const [note, setNote] = useState('')
  const { run, isBusy, error } = useDeed(onClose)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run(() => actions.acknowledge(alarm.id, note.trim() || undefined))
  }
  return (
    <Dialog title="Acknowledge this alarm?" onClose={onClose}>
      <form onSubmit={submit}>
        <AlarmSummary alarm={alarm} />
        <p className="hint">It stays on the board until the value recovers, but stops calling.</p>
        <label className="field" htmlFor={noteId}>
          Note <span className="hint">(optional)</span>
        </label>
        <textarea
          id={noteId}
          rows={2}
          maxLength={4000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          placeholder="What you found or did"
        />
        {error !== null && <ProblemNote error={error} />}
        <div className="dialog-buttons">
          <button type="submit" className="primary" aria-disabled={isBusy} data-first-focus>
            {isBusy ? 'Acknowledging…' : 'Acknowledge'}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}
