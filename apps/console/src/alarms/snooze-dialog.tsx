import { Dialog } from '../appearance/dialog.tsx'
import { ProblemNote } from '../words/problem-note.tsx'
import type { AlarmActions } from './alarm-desk.tsx'
import { AlarmSummary } from './alarm-summary.tsx'
import { minutesWords, snoozeMinutes } from './alarm-words.ts'
import type { OpenAlarm } from './open-alarms.ts'
import { useDeed } from './use-deed.ts'

/** "I am here, be quiet for a while": one button for each time allowed. */
export function SnoozeDialog({
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
    <Dialog title="Silence this alarm?" onClose={onClose}>
      <AlarmSummary alarm={alarm} />
      <p className="hint">It calls again afterwards unless somebody has acknowledged it.</p>
      <div className="choices" role="group" aria-label="Silence for">
        {snoozeMinutes[alarm.level].map((minutes) => (
          <button
            key={minutes}
            type="button"
            aria-disabled={isBusy}
            onClick={() => run(() => actions.snooze(alarm.id, minutes))}
          >
            {minutesWords(minutes)}
          </button>
        ))}
      </div>
      {error !== null && <ProblemNote error={error} />}
      <div className="dialog-buttons">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  )
}
