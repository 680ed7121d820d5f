import { Dialog } from '../appearance/dialog.tsx'
import { bedName, fullName } from '../words/people.ts'
import { ProblemNote } from '../words/problem-note.tsx'
import type { PatientInBed } from '../ward/tile.ts'
import type { AlarmActions } from './alarm-desk.tsx'
import { useDeed } from './use-deed.ts'

/** Asks once before it calls everybody: one button, already in focus. */
export function EmergencyDialog({
  patient,
  actions,
  onClose,
}: {
  patient: PatientInBed
  actions: AlarmActions
  onClose: () => void
}) {
  const { run, isBusy, error } = useDeed(onClose)
  return (
    <Dialog title="Call an emergency?" onClose={onClose}>
      <p className="alarm-summary-what">
        {bedName(patient)} · {fullName(patient)}
      </p>
      <p className="hint">Everybody who watches this ward is called at once, again and again until somebody answers.</p>
      {error !== null && <ProblemNote error={error} />}
      <div className="dialog-buttons">
        <button
          type="button"
          className="emergency"
          aria-disabled={isBusy}
          data-first-focus
          onClick={() => run(() => actions.callEmergency(patient.patientId))}
        >
          {isBusy ? 'Calling…' : 'Call emergency'}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  )
}
