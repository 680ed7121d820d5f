import { Dialog } from '../appearance/dialog.tsx'
import { ProblemNote } from '../words/problem-note.tsx'
import type { AlarmActions } from './alarm-desk.tsx'
import { AlarmSummary } from './alarm-summary.tsx'
import type { OpenAlarm } from './open-alarms.ts'
import { useDeed } from './use-deed.ts'

/** An emergency is ended by a person, once help is there. */
export function ResolveDialog({
  alarm,
  actions,
  onClose,
}: {
  alarm: OpenAlarm
  actions: AlarmActions
  onClose: () => void
}) {
  const { run, isBusy, error } = useDeed(onClose)
  return (
    <Dialog title="End this emergency call?" onClose={onClose}>
      <AlarmSummary alarm={alarm} />
      <p className="hint">End it only when help has arrived or the call was a mistake.</p>
      {error !== null && <ProblemNote error={error} />}
      <div className="dialog-buttons">
        <button
          type="button"
          className="primary"
          aria-disabled={isBusy}
          onClick={() => run(() => actions.resolve(alarm.id))}
        >
          {isBusy ? 'Ending…' : 'End the call'}
        </button>
        <button type="button" onClick={onClose}>
          Keep calling
        </button>
      </div>
    </Dialog>
  )
}
