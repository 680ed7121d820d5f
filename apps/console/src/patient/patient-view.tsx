import { useApi, usePatientStream } from '@chartwire/sdk/react'
import { useQuery } from '@tanstack/react-query'
import { AlarmRow } from '../alarms/alarm-bar.tsx'
import { useAlarmDesk } from '../alarms/alarm-desk.tsx'
import { openAlarms } from '../alarms/open-alarms.ts'
import { CallIcon } from '../appearance/icons.tsx'
import { codeOf } from '../api.ts'
import { useNow } from '../server-clock.ts'
import { FreshnessNote } from '../ward/freshness-note.tsx'
import { tileFreshness } from '../ward/freshness.ts'
import type { Tile } from '../ward/tile.ts'
import { Vitals } from '../ward/vitals.tsx'
import { ageInYears, dayAndTime, plural } from '../words/format.ts'
import { bedName, fullName } from '../words/people.ts'
import { ProblemNote } from '../words/problem-note.tsx'
import { News2Panel } from './news2-panel.tsx'
import { ProfileDownload } from './profile-download.tsx'
import { Trends } from './trends.tsx'

/** One patient: who, how they are now, how the score comes about, and how it has gone. */
export function PatientView({ patientId, boardTile }: { patientId: string; boardTile?: Tile | undefined }) {
  const live = usePatientStream(patientId)
  const now = useNow(1000)
  const api = useApi()
  const summary = useQuery(api.vitals.summary.queryOptions({ patientId }))
  const { rights, ask } = useAlarmDesk()
  // Somebody no longer admitted still has a past to look at.
  const isDischarged = live.isDischarged || codeOf(live.error) === 'not_admitted'
  if (live.error !== null && !isDischarged) return <ProblemNote error={live.error} />

  const tile = live.tile ?? boardTile
  const { patient, admission } = summary.data ?? {}
  return (
    <article className="patient" data-live={live.status === 'live'}>
      <div className="patient-who">
        <h2>{tile ? `${bedName(tile)} · ${fullName(tile)}` : patient ? fullName(patient) : 'Patient'}</h2>
        <p>
          {patient &&
            `${plural(ageInYears(patient.birthDate, new Date(now).toISOString().slice(0, 10)), 'year')} · ${patient.sex} · `}
          <abbr title="Medical record number">MRN</abbr> {tile?.mrn ?? patient?.mrn ?? '–'}
          {admission && ` · admitted ${dayAndTime(admission.admittedAt)}`}
        </p>
        <div className="patient-actions">
          <ProfileDownload patientId={patientId} />
          {rights.call && tile && !isDischarged && (
            <button type="button" className="call" onClick={() => ask({ kind: 'emergency', patient: tile })}>
              <CallIcon /> Call emergency
            </button>
          )}
        </div>
      </div>
      {isDischarged && (
        <p className="notice">This patient is no longer admitted. Nothing new comes in; the past is shown below.</p>
      )}
      {tile && !isDischarged && (
        <div className="patient-top">
          <section className="panel patient-now" aria-labelledby="now-title" data-freshness={tileFreshness(tile, now)}>
            <div className="panel-head">
              <h3 id="now-title">Now</h3>
              <FreshnessNote tile={tile} now={now} />
            </div>
            <Vitals tile={tile} now={now} />
            {tile.alarms.length > 0 && (
              <ul className="alarm-list" aria-label="Alarms of this patient">
                {openAlarms([tile], now).map((alarm) => (
                  <AlarmRow key={alarm.id} alarm={alarm} href={null} now={now} />
                ))}
              </ul>
            )}
            <p className="hint">
              {plural(tile.readings, 'reading')} since admission
              {tile.at !== null && `, the newest measured ${dayAndTime(tile.at)}`}
            </p>
          </section>
          <News2Panel tile={tile} />
        </div>
      )}
      <Trends patientId={patientId} live={live.readings} isLive={live.status === 'live'} />
    </article>
  )
}
